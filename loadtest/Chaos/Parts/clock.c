/* A clock of one's own, by LD_PRELOAD: the wall clock is off by the seconds that a mapped file of four bytes says at the moment; what
   measures how long something takes is left alone. libfaketime does it too, and makes .NET's timers spin. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int *seconds;

static int (*real_clock)(clockid_t, struct timespec *);

__attribute__((constructor)) static void start(void)
{
    const char *file = getenv("FLASHSALE_CLOCK");
    int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    void *page = mmap(NULL, sizeof *seconds, PROT_READ, MAP_SHARED, fd, 0);
    if (page != MAP_FAILED) seconds = page;
    close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    if (real_clock == NULL) real_clock = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real_clock(clock, now);
    if (result == 0 && seconds != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *seconds;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec at;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &at) != 0) return -1;
    now->tv_sec = at.tv_sec;
    now->tv_usec = at.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *result)
{
    struct timespec at;
    if (clock_gettime(CLOCK_REALTIME, &at) != 0) return -1;
    if (result != NULL) *result = at.tv_sec;
    return at.tv_sec;
}
