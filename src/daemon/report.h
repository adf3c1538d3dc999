/* report.h -- events of no run: what became of an asset outside of plait, told by whoever made it or looked at it.
 *
 *	{"kind":"materialization","asset":KEY,"metadata":{…},"data_version":…,"description":…,"at":us}
 *
 * A materialization becomes a version without files, and the asset's current one.  An observation, a check (with "check_name",
 * "passed" and "severity": ERROR or WARN) and whatever other kind people invent (lower case, digits, _) are events alone, an
 * asset being optional for the last.  `metadata` is as in step.md, or plain values.  "partition" is kept as it was told, and
 * named by the version's note: the newest version is the current one, whichever partition it is of.  `at` 0: now. */
#pragma once
#include "codec/json.h"
#include "store/store.h"

enum { REPORT_MOST_EVENTS = 1000 };

struct report_request {
	const struct value *events; /* a list */
	time_us now;
	sv (*new_id)(struct arena *a);
};

struct report_ids {
	int64_t *at;
	size_t n, cap;
};

/* INVALID names the event and the member.  Looks at nothing but the list. */
bool report_check(const struct value *events, struct err *e) CHECKED;
/* Of what was checked, all in the open transaction; ids of the events, in order, live in `a`. */
bool report_append(struct store *s, struct arena *a, const struct report_request *request,
		   struct report_ids *ret, struct err *e) CHECKED;
