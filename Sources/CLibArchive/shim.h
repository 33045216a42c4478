#ifndef COFFER_CLIBARCHIVE_SHIM_H
#define COFFER_CLIBARCHIVE_SHIM_H
#include <archive.h>
#include <archive_entry.h>
#endif
