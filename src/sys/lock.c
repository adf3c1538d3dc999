/* lock.c -- a record lock, not a pid file: the kernel forgets a dead holder by itself.  And not flock(2): a child that was
 * forked and has not reached its exec yet would go on holding that after its parent was killed. */
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "sys/fd.h"
#include "sys/file.h"

bool lock_take(sv path, sv who, int *ret_fd, struct err *e)
{
	AUTO_ARENA a = arena_new();
	AUTO_FD fd = open(arena_cstr(a, path), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	sv holder;

	if (fd < 0)
		return file_error(e, "opening", path, errno);
	if (fcntl(fd, F_SETLK, &whole) < 0) {
		if (errno != EACCES && errno != EAGAIN)
			return file_error(e, "locking", path, errno);
		if (!file_read(a, path, 4096, &holder, e))
			return false;
		return err_set(e, ERR_CONFLICT, "the state directory is in use by " SV_FMT,
			       SV_ARG(sv_trim(holder)));
	}
	if (ftruncate(fd, 0) < 0 || pwrite(fd, who.p, who.n, 0) != (ssize_t)who.n)
		return file_error(e, "writing", path, errno);
	*ret_fd = fd_take(&fd);
	return true;
}
