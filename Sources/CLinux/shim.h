// What Glibc's Swift module does not say: variadic calls, and constants hidden behind macros.
#ifndef COFFER_CLINUX_SHIM_H
#define COFFER_CLINUX_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

// _GNU_SOURCE must not be defined here: the Glibc module is built without it, and the two would
// disagree on shared types. What it would declare is spelled out below, with Linux's own numbers.

// explicit_bzero is kept by the compiler where memset before munmap would be dropped.
static inline void coffer_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

// Overwrites what calls that have returned left below the caller's frame. Its own frame has to lie
// where theirs were, so it is never inlined.
__attribute__((noinline, unused)) static void coffer_wipe_stack(void) {
    unsigned char below[65536];
    explicit_bzero(below, sizeof below);
}

// What malloc gave for a block, which may be more than was asked for.
static inline size_t coffer_allocated_byte_count(void *block) { return malloc_usable_size(block); }

// prctl is variadic, which Swift cannot call.
static inline int coffer_set_not_dumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

static inline int coffer_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static inline int coffer_openat(int directory, const char *path, int flags, mode_t mode) {
    return openat(directory, path, flags, mode);
}

static inline int coffer_set_pipe_size(int fd, int byteCount) {
    return fcntl(fd, 1031 /* F_SETPIPE_SZ */, byteCount);
}

static inline int coffer_get_pipe_size(int fd) { return fcntl(fd, 1032 /* F_GETPIPE_SZ */); }

// F_DUPFD_CLOEXEC; never one of the three standard descriptors.
static inline int coffer_duplicate(int fd) { return fcntl(fd, F_DUPFD_CLOEXEC, 3); }

// dup3 with O_CLOEXEC: `fd` becomes another file, and what it was is closed.
static inline int coffer_replace(int fd, int source) {
    return (int)syscall(SYS_dup3, source, fd, O_CLOEXEC);
}

// A counter that poll(2) sees become readable once something was added.
static inline int coffer_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static inline int coffer_get_status_flags(int fd) { return fcntl(fd, F_GETFL); }

// Copy-on-write clone of a whole file: 0, or -1 where the filesystem has none.
static inline int coffer_clone_file(int target, int source) {
    return ioctl(target, 0x40049409 /* FICLONE */, source);
}

// Rename that refuses to replace an existing target (EEXIST).
static inline int coffer_rename_noreplace(int od, const char *oldPath, int nd, const char *newPath) {
    return (int)syscall(SYS_renameat2, od, oldPath, nd, newPath, 1U /* RENAME_NOREPLACE */);
}

// Two names change their files in one step: there is no instant with only one of them.
static inline int coffer_rename_exchange(int od, const char *oldPath, int nd, const char *newPath) {
    return (int)syscall(SYS_renameat2, od, oldPath, nd, newPath, 2U /* RENAME_EXCHANGE */);
}

// The calling thread's working directory and umask are its own from here on.
static inline int coffer_unshare_working_directory(void) {
    return (int)syscall(SYS_unshare, 0x200 /* CLONE_FS */);
}

// Makes and opens a new file below `directory`: no link is followed on the way, and nothing leads out.
static inline int coffer_create_beneath(int directory, const char *path, uint32_t mode) {
    struct {
        uint64_t flags, mode, resolve; // struct open_how
    } how = {O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode,
             0x08 | 0x04 /* RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS */};
    return (int)syscall(437 /* openat2 */, directory, path, &how, sizeof how);
}

// Everything of the file system that fd lies on is on the disk afterwards.
static inline int coffer_synchronize_filesystem(int fd) { return (int)syscall(SYS_syncfs, fd); }

// Copies inside the kernel from `*offset`, which moves on, to the target's own offset.
static inline ssize_t coffer_copy_range(int source, int64_t *offset, int target, size_t count) {
    return (ssize_t)syscall(SYS_copy_file_range, source, offset, target, (int64_t *)0, count, 0U);
}

// Begins to write all dirty pages of the file to the disk, and waits for none of them.
static inline int coffer_start_writeback(int fd) {
    return (int)syscall(SYS_sync_file_range, fd, (int64_t)0, (int64_t)0,
                        2U /* SYNC_FILE_RANGE_WRITE */);
}

// Whether `fd` lies in a file system of a server in user space; -1 where that cannot be told.
static inline int coffer_is_in_user_space(int fd) {
    struct statfs system;
    if (fstatfs(fd, &system) != 0) return -1;
    return system.f_type == 0x65735546 /* FUSE_SUPER_MAGIC */;
}

// Everything written to the file system that `fd` lies in, names too.
static inline int coffer_syncfs(int fd) { return (int)syscall(SYS_syncfs, fd); }

// ioctl is variadic. The number of columns, or 0 where fd is no terminal.
static inline int coffer_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// ioctl is variadic. How many bytes wait in a pipe, or -1.
static inline int coffer_unread_count(int fd) {
    int count = 0;
    return ioctl(fd, 0x541B /* FIONREAD */, &count) == 0 ? count : -1;
}

// Entries of an open directory, as the kernel packs them; glibc has no opendir over a descriptor
// that stays ours.
static inline ssize_t coffer_read_directory(int fd, void *buffer, size_t count) {
    return (ssize_t)syscall(SYS_getdents64, fd, buffer, count);
}

// How many bytes the names of a file's extended attributes take: 0 for none, negative for an error.
static inline ssize_t coffer_list_attributes(int fd) {
    return (ssize_t)syscall(SYS_flistxattr, fd, (char *)0, (size_t)0);
}

// Macros.
static inline uint32_t coffer_device_major(uint64_t device) { return major(device); }
static inline uint32_t coffer_device_minor(uint64_t device) { return minor(device); }

// Whether the file system keeps ACLs: where it does not, asking for one is not supported.
static inline int coffer_has_acl_support(int fd) {
    long result = syscall(SYS_fgetxattr, fd, "system.posix_acl_access", (void *)0, (size_t)0);
    return result >= 0 || errno != EOPNOTSUPP;
}

// The environment as it is now; the variable itself is shared mutable state to Swift.
extern char **environ;
static inline char **coffer_environment(void) { return environ; }

// glibc 2.34, behind _GNU_SOURCE: the program that is started gets no descriptor from `first` on.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
static const short coffer_spawn_setsid = 0x80; // POSIX_SPAWN_SETSID

// SIG_DFL, SIG_IGN and the comparison with it are casts that Swift cannot say.
static inline int coffer_signal_default(int number) {
    return signal(number, SIG_DFL) == SIG_ERR ? -1 : 0;
}
static inline int coffer_signal_ignore(int number) {
    return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0;
}
// SIGRTMIN is a function of the C library's, and no constant.
static inline int coffer_signal_realtime(void) { return SIGRTMIN; }
static inline int coffer_signal_is_ignored(int number) {
    struct sigaction action;
    return sigaction(number, (struct sigaction *)0, &action) == 0 && action.sa_handler == SIG_IGN;
}

// struct ucred is behind _GNU_SOURCE. The user at the other end of a local socket; 0, or -1.
static inline int coffer_peer_user(int fd, uint32_t *user) {
    struct { int32_t process; uint32_t user, group; } peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, 17 /* SO_PEERCRED */, &peer, &size) != 0) return -1;
    if (size != sizeof peer) { errno = EPROTO; return -1; }
    *user = peer.user;
    return 0;
}

// epoll(7) for one descriptor, for its input and its end: of the threads that wait one is told, the one
// that came last, and nobody else before the descriptor is armed again.
static inline int coffer_epoll_make(int fd) {
    int queue = epoll_create1(EPOLL_CLOEXEC);
    if (queue < 0) return -1;
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data = {.fd = fd}};
    if (epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event) == 0) return queue;
    int error = errno;
    close(queue);
    errno = error;
    return -1;
}

static inline int coffer_epoll_arm(int queue, int fd) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data = {.fd = fd}};
    return epoll_ctl(queue, EPOLL_CTL_MOD, fd, &event);
}

// 1, or -1.
static inline int coffer_epoll_wait(int queue) {
    struct epoll_event event;
    return epoll_wait(queue, &event, 1, -1);
}

// waitid(2) leaves the zombie where it is, so that its number stays ours until it is fetched.
static inline int coffer_wait_unreaped(pid_t process) {
    siginfo_t info;
    return waitid(P_PID, (id_t)process, &info, WEXITED | WNOWAIT);
}

// sigwaitinfo(2), without the union that siginfo_t is: the signal, and whether the kernel sent it
// (a key of the terminal, a hang-up) or a process did.
static inline int coffer_take_signal(const sigset_t *set, int *fromKernel) {
    siginfo_t info;
    int number = sigwaitinfo(set, &info);
    *fromKernel = number > 0 && info.si_code == 0x80 /* SI_KERNEL */;
    return number;
}

static const int coffer_o_noatime = 01000000; // O_NOATIME
static const int coffer_o_path = 010000000; // O_PATH
static const long coffer_utime_omit = (1L << 30) - 2L; // UTIME_OMIT
static const int coffer_o_tmpfile = 020000000 | O_DIRECTORY; // O_TMPFILE
static const int coffer_madv_dontdump = 16; // MADV_DONTDUMP
static const int coffer_madv_wipeonfork = 18; // MADV_WIPEONFORK

#endif
