// Says how many nanoseconds a token takes for COUNT wraps of 32 bytes by CKM_AES_KEY_WRAP, called as
// directly as can be: what a program around it is measured against.
//
//     token_wraps MODULE TOKEN KEY COUNT whole|wrap    the PIN is in COFFER_PIN
//
// whole makes an object of the secret, wraps it and destroys the object, as everybody has to whose
// secret comes from outside; wrap wraps one object again and again.
#define CRYPTOKI_COMPAT
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(CK_RV code, const char *call) {
    if (code == CKR_OK) return;
    fprintf(stderr, "%s: 0x%lx\n", call, code);
    exit(1);
}

static CK_SLOT_ID slot_of(CK_FUNCTION_LIST *module, const char *label) {
    CK_SLOT_ID slots[64];
    CK_ULONG count = 64;
    check(module->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList");
    for (CK_ULONG at = 0; at < count; at++) {
        CK_TOKEN_INFO info;
        size_t length = strlen(label);
        if (module->C_GetTokenInfo(slots[at], &info) == CKR_OK && length < sizeof info.label
            && memcmp(info.label, label, length) == 0 && info.label[length] == ' ')
            return slots[at];
    }
    fprintf(stderr, "there is no token '%s'\n", label);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 6) return 64;
    void *library = dlopen(argv[1], RTLD_NOW);
    CK_C_GetFunctionList list = library ? (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList") : NULL;
    char *pin = getenv("COFFER_PIN");
    if (!list || !pin) return 66;
    CK_FUNCTION_LIST *module;
    check(list(&module), "C_GetFunctionList");
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    check(module->C_Initialize(&arguments), "C_Initialize");
    CK_SESSION_HANDLE session;
    check(module->C_OpenSession(slot_of(module, argv[2]), CKF_SERIAL_SESSION, NULL, NULL, &session),
          "C_OpenSession");
    check(module->C_Login(session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin)), "C_Login");

    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_ATTRIBUTE query[] = {{CKA_CLASS, &class, sizeof class}, {CKA_LABEL, argv[3], strlen(argv[3])}};
    CK_OBJECT_HANDLE key, object;
    CK_ULONG found = 0;
    check(module->C_FindObjectsInit(session, query, 2), "C_FindObjectsInit");
    check(module->C_FindObjects(session, &key, 1, &found), "C_FindObjects");
    check(module->C_FindObjectsFinal(session), "C_FindObjectsFinal");
    if (found != 1) return 66;

    CK_BYTE secret[32] = {7}, wrapped[128];
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE template[] = {
        {CKA_CLASS, &class, sizeof class}, {CKA_KEY_TYPE, &type, sizeof type},
        {CKA_TOKEN, &no, sizeof no},       {CKA_SENSITIVE, &no, sizeof no},
        {CKA_EXTRACTABLE, &yes, sizeof yes}, {CKA_VALUE, secret, sizeof secret}};
    CK_MECHANISM mechanism = {CKM_AES_KEY_WRAP, NULL, 0};
    int whole = strcmp(argv[5], "whole") == 0;
    check(module->C_CreateObject(session, template, 6, &object), "C_CreateObject");
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long left = atol(argv[4]); left > 0; left--) {
        CK_ULONG count = sizeof wrapped;
        if (whole) {
            check(module->C_DestroyObject(session, object), "C_DestroyObject");
            check(module->C_CreateObject(session, template, 6, &object), "C_CreateObject");
        }
        check(module->C_WrapKey(session, &mechanism, key, object, wrapped, &count), "C_WrapKey");
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%lld\n", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
    return 0;
}
