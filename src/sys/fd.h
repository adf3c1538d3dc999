/* fd.h -- descriptors that close themselves; giving one away is a visible word. */
#pragma once
#include <unistd.h>

static inline void fd_cleanup(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define AUTO_FD __attribute__((cleanup(fd_cleanup))) int

static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
