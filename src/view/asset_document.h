/* asset_document.h -- the documents of assets and their versions (doc/formats/json-output.md); each writes one value. */
#pragma once
#include "codec/json.h"
#include "view/asset_facts.h"
#include "model/failure.h"

/* As in a list of assets. */
void asset_summary_document(struct json *j, const struct asset_facts *f, uint32_t node);
void version_document(struct json *j, const struct version_row *v);

struct asset_record { /* one asset whole */
	const struct asset_facts *facts;
	uint32_t node;
	struct version_row current;   /* id.p NULL: none */
	struct version_rows versions; /* newest first, the current one among them */
	struct event_rows checks;     /* of each check what it said last */
	struct step_row failed;       /* the last attempt, when it failed; run.p NULL: it did not */
	struct stale_reasons stale;
};

/* `store` NULL: nothing was ever run.  `versions`: so many at most.  NOT_FOUND when no location defines the asset. */
bool asset_record_read(struct arena *a, struct store *store, const struct asset_facts *f, uint32_t node, size_t versions,
		       struct asset_record *ret, struct err *e) CHECKED;
void asset_document(struct json *j, const struct asset_record *r);
