// Tells the thread sanitizer what Swift's Mutex does where it has to wait.
//
// On Linux the waiting half of Synchronization.Mutex lives in the standard library, which is built
// without the sanitizer: an order that a contended Mutex makes is not seen, and correct programs are
// reported. Preloaded by Scripts/sanitize, this stands in front of the two functions and says so.
// Real races are still found.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// Only a program built with the sanitizer has these.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

SWIFT void coffer_lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT void coffer_unlock_slow(SELF void *mutex) __asm__(UNLOCK);

SWIFT void coffer_lock_slow(uint32_t thread, SELF void *mutex) {
    typedef SWIFT void (*Lock)(uint32_t, SELF void *);
    ((Lock)dlsym(RTLD_NEXT, LOCK))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void coffer_unlock_slow(SELF void *mutex) {
    typedef SWIFT void (*Unlock)(SELF void *);
    if (__tsan_release) __tsan_release(mutex);
    ((Unlock)dlsym(RTLD_NEXT, UNLOCK))(mutex);
}
