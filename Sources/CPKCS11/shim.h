// p11-kit's PKCS #11 header with the standard's names, and its parser of URIs. The modules
// themselves are loaded at run time.
#ifndef COFFER_CPKCS11_SHIM_H
#define COFFER_CPKCS11_SHIM_H

#define CRYPTOKI_COMPAT 1
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

// PKCS #11 3.1; the header knows 2.40.
static const CK_MECHANISM_TYPE coffer_ckm_aes_key_wrap_kwp = 0x210BUL;

#endif
