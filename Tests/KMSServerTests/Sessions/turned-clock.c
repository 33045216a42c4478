/* The wall clock of a program that this is loaded into before all else (LD_PRELOAD), turned by as many
 * seconds as the file that TURNED_CLOCK names says at that moment. The monotonic clock goes on. */

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long turned(void) {
    long seconds = 0;
    FILE *file = fopen(getenv("TURNED_CLOCK"), "re");
    if (file == NULL || fscanf(file, "%ld", &seconds) != 1) abort();
    fclose(file);
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    long result = syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += turned();
    return (int)result;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec exact;
    if (clock_gettime(CLOCK_REALTIME, &exact) != 0) return -1;
    if (told != NULL) *told = exact.tv_sec;
    return exact.tv_sec;
}
