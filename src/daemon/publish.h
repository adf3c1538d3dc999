/* publish.h -- what a finished step made becomes current: version rows and pointers in the ledger first, then the views that
 * readers look through.  Used by the live run and by recovery. */
#pragma once
#include "daemon/step_report.h"
#include "object/publish.h"
#include "store/store.h"

struct publish_request {
	sv run;
	int64_t step, attempt;
	sv location, manifest_id;
	time_us now, duration;
	const struct publish_asset {
		sv key, code_version;
		sv version; /* the id it was given when the step started */
	} *assets;
	size_t assets_count;
};

struct publish_view {
	sv base;
	struct view view;
};
struct publish_views {
	struct publish_view *at;
	size_t n, cap;
};

struct publish_made { /* what became current, for events */
	sv asset, version, path, data_version, metadata, note;
	int64_t rows;
	bool versioned;
};
struct publish_result {
	struct publish_views views; /* to move once the transaction is committed */
	LIST(struct publish_made) made;
};

/* Inside the open transaction.  Results live in `a`. */
bool publish_record(struct store *s, struct arena *a, const struct publish_request *request,
		    const struct step_report *report, struct publish_result *ret, struct err *e) CHECKED;

/* The views of a stored version. */
void publish_views_of(struct arena *a, sv storage_json, sv views_json, struct publish_views *ret);
/* Moves them all; the first failure is told, the others are moved nevertheless. */
bool publish_move_views(const struct publish_views *views, struct err *e) CHECKED;

/* The body of its "materialization" event (doc/formats/events.md). */
sv publish_made_body(struct arena *a, const struct publish_made *made);
