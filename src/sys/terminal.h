/* terminal.h -- is there a person on the other side, and how much do they see. */
#pragma once
#include "base/base.h"

bool terminal_is(int fd);
/* Columns and rows; false (and 80 by 24) when nobody can tell. */
bool terminal_size(int fd, unsigned *ret_columns, unsigned *ret_rows);
