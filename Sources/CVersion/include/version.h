// What the build knows of itself. The manifest defines COFFER_COMMIT where its environment has it.
#ifndef COFFER_VERSION_H
#define COFFER_VERSION_H

// The commit that was built, "-dirty" behind it if the tree was not that commit's; "unknown".
const char *coffer_commit(void);

#endif
