/* dotenv.h -- `.env` files: NAME=value lines, `export` allowed, quotes, comments. */
#pragma once
#include "base/list.h"
#include "base/err.h"

struct dotenv_entry {
	sv name, value;
};

struct dotenv {
	struct dotenv_entry *at;
	size_t n, cap;
};

/* INVALID: "name:LINE: what". */
bool dotenv_read(struct arena *a, const char *name, sv text, struct dotenv *ret, struct err *e) CHECKED;
