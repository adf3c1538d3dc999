/* publish.h -- what a finished step made becomes current: version rows and pointers in the ledger first, then the views that
 * readers look through. */
#pragma once
#include "engine/step_report.h"
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
	/* Versions that are known without asking the ledger; NULL where it is none of them.  May be NULL. */
	const struct version_row *(*known)(void *ctx, sv id);
	void *ctx;
};

struct publish_view {
	sv base;
	struct view view;
	sv beside; /* the new link once it is prepared; p NULL */
};
struct publish_views {
	struct publish_view *at;
	size_t n, cap;
};

struct publish_made { /* what became current, for events */
	sv asset, version, path, data_version, metadata, note;
	int64_t rows;
	bool versioned;
	struct version_row row;
};
struct publish_made_list {
	struct publish_made *at;
	size_t n, cap;
};

/* The views of all that the report says was made; to be prepared before publish_record. */
void publish_views(struct arena *a, const struct publish_request *request, const struct step_report *report,
		   struct publish_views *ret);
/* Inside the open transaction.  Results live in `a`. */
bool publish_record(struct store *s, struct arena *a, const struct publish_request *request,
		    const struct step_report *report, struct publish_made_list *ret, struct err *e) CHECKED;

/* The views of a stored version. */
void publish_views_of(struct arena *a, sv storage_json, sv views_json, struct publish_views *ret);
/* All that may fail of moving them, beforehand: the new links lie beside the old ones.  After this the commit, then
 * publish_move_prepared; or publish_forget_prepared. */
bool publish_prepare_views(struct arena *a, struct publish_views *views, struct err *e) CHECKED;
bool publish_move_prepared(const struct publish_views *views, struct err *e) CHECKED;
void publish_forget_prepared(const struct publish_views *views);
/* Moves them all; the first failure is told, the others are moved nevertheless. */
bool publish_move_views(const struct publish_views *views, struct err *e) CHECKED;

/* The body of its "materialization" event (doc/formats/events.md). */
sv publish_made_body(struct arena *a, const struct publish_made *made);
