/* limits.h -- every size that a stranger can choose, in one place.  Checked once, where it enters. */
#pragma once

enum {
	LIMIT_KEY_BYTES = 1024,
	LIMIT_KEY_PARTS = 64,
	LIMIT_SELECTION_BYTES = 64 << 10,
	LIMIT_SELECTION_DEPTH = 100,
	LIMIT_LOCATIONS = 4096,
	LIMIT_ASSETS = 2000000,
	LIMIT_CONFIG_BYTES = 4 << 20,    /* workspace.yaml, dg.toml, pyproject.toml, .env */
	LIMIT_MANIFEST_BYTES = 512 << 20,
	LIMIT_WIRE_LINE_BYTES = 64 << 20, /* one message of a host or of a client */
	LIMIT_MESSAGE_BYTES = 16 << 20,  /* one message of a step */
};
