#include "version.h"

#define TEXT_OF(token) #token
#define TEXT(macro) TEXT_OF(macro)

// Compiled alone for each commit, so that nothing else has to be.
const char *coffer_commit(void) {
#ifdef COFFER_COMMIT
    return TEXT(COFFER_COMMIT);
#else
    return "unknown";
#endif
}
