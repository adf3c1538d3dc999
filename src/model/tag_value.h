/* tag_value.h -- numbers and switches written as the text of a tag.  False: it is none; nothing is written then. */
#pragma once
#include "base/base.h"

bool tag_int(sv text, int64_t *ret);        /* "-3"; white space around it is fine */
bool tag_seconds(sv text, time_us *ret);    /* "90", "1.5": above 0, at most ten years */
bool tag_switch(sv text, bool *ret);        /* "true", "false" in any case */
bool seconds_to_us(double seconds, time_us *ret); /* 0 or more, at most a hundred years; rounded */
