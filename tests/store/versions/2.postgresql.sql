CREATE TABLE cases (
    id TEXT COLLATE "C" NOT NULL,
    handle TEXT COLLATE "C",
    key TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    "group" TEXT COLLATE "C" NOT NULL,
    base TEXT COLLATE "C",
    drift TEXT COLLATE "C" NOT NULL,
    gone TEXT COLLATE "C" NOT NULL,
    paused TEXT COLLATE "C" NOT NULL,
    next_look BIGINT,
    since BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX cases_drift ON cases (id) WHERE drift != '';
CREATE INDEX cases_handle ON cases (handle);
CREATE INDEX cases_next_look ON cases (next_look, id) WHERE next_look IS NOT NULL;
CREATE INDEX cases_paused ON cases (id) WHERE paused != '';
CREATE TABLE creations (
    issue TEXT COLLATE "C" NOT NULL,
    tracker TEXT COLLATE "C" NOT NULL,
    project TEXT COLLATE "C" NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    reserved_at BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    tried_at BIGINT,
    "case" TEXT COLLATE "C",
    PRIMARY KEY (issue)
);
CREATE INDEX creations_open ON creations (issue) WHERE status != 'created';
CREATE INDEX creations_rule ON creations (rule, reserved_at);
CREATE TABLE dead (
    id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    pass_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX dead_key ON dead (key);
CREATE INDEX dead_pass ON dead (pass_id);
CREATE TABLE event_passes (
    event_id TEXT COLLATE "C" NOT NULL,
    pass_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (event_id, pass_id)
);
CREATE INDEX event_passes_pass ON event_passes (pass_id);
CREATE TABLE events (
    id TEXT COLLATE "C" NOT NULL,
    tracker TEXT COLLATE "C" NOT NULL,
    identity TEXT COLLATE "C",
    key TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    body BYTEA,
    outcome TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT events_identity UNIQUE (tracker, identity)
);
CREATE INDEX events_bodies ON events (ended_at) WHERE ended_at IS NOT NULL AND body IS NOT NULL;
CREATE INDEX events_ended ON events (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX events_key ON events (key, id);
CREATE INDEX events_open ON events (key, id, outcome) WHERE outcome IS NULL OR outcome = 'parked';
CREATE TABLE flips (
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    last BIGINT NOT NULL,
    times TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, target)
);
CREATE TABLE marks (
    name TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE meta (
    name TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE passes (
    id TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    cause TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    is_dry BOOLEAN NOT NULL,
    base TEXT COLLATE "C" NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    changes TEXT COLLATE "C" NOT NULL,
    overruled TEXT COLLATE "C" NOT NULL,
    notes TEXT COLLATE "C" NOT NULL,
    config TEXT COLLATE "C" NOT NULL,
    plan TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C",
    reason TEXT COLLATE "C" NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (id)
);
CREATE INDEX passes_open ON passes (key, id) WHERE finished_at IS NULL;
CREATE INDEX passes_started ON passes (started_at);
CREATE TABLE replicas (
    id TEXT COLLATE "C" NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE sightings (
    issue TEXT COLLATE "C" NOT NULL,
    seen_at BIGINT NOT NULL,
    attributes TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    first_seen BIGINT,
    handled TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (issue)
);
CREATE INDEX sightings_unhandled ON sightings (issue) WHERE handled = '';
CREATE TABLE tallies (
    outcome TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (outcome)
);
CREATE TABLE unlinked (
    issue TEXT COLLATE "C" NOT NULL,
    "case" TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (issue, "case")
);
CREATE TABLE work (
    key TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    failing_since BIGINT,
    held_until BIGINT,
    reason TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key)
);
CREATE INDEX work_at ON work (at);
CREATE TABLE actions (
    pass_id TEXT COLLATE "C" NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    receipt TEXT COLLATE "C" NOT NULL,
    at BIGINT,
    PRIMARY KEY (pass_id, n),
    FOREIGN KEY(pass_id) REFERENCES passes (id) ON DELETE CASCADE
);
CREATE TABLE comment_looks (
    "case" TEXT COLLATE "C" NOT NULL,
    thing TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY ("case", thing),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE comments (
    "case" TEXT COLLATE "C" NOT NULL,
    thing TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    fingerprint TEXT COLLATE "C" NOT NULL,
    written_at BIGINT NOT NULL,
    standing TEXT COLLATE "C" NOT NULL,
    missed_at BIGINT,
    PRIMARY KEY ("case", thing, id),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE copies (
    "case" TEXT COLLATE "C" NOT NULL,
    marker TEXT COLLATE "C" NOT NULL,
    origin TEXT COLLATE "C" NOT NULL,
    origin_id TEXT COLLATE "C" NOT NULL,
    target TEXT COLLATE "C" NOT NULL,
    shows TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    tried_at BIGINT,
    looks TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY ("case", marker),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE leases (
    key TEXT COLLATE "C" NOT NULL,
    token BIGINT NOT NULL,
    replica TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (key),
    FOREIGN KEY(replica) REFERENCES replicas (id) ON DELETE CASCADE
);
CREATE INDEX leases_replica ON leases (replica);
CREATE TABLE links (
    issue TEXT COLLATE "C" NOT NULL,
    "case" TEXT COLLATE "C" NOT NULL,
    since BIGINT NOT NULL,
    base TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    url TEXT COLLATE "C" NOT NULL,
    drift TEXT COLLATE "C" NOT NULL,
    gone TEXT COLLATE "C" NOT NULL,
    is_native BOOLEAN NOT NULL,
    PRIMARY KEY (issue),
    FOREIGN KEY("case") REFERENCES cases (id)
);
CREATE INDEX links_case ON links ("case", issue);
CREATE INDEX links_drift ON links (issue) WHERE drift != '';
INSERT INTO meta (name, value) VALUES ('schema', 2), ('tick', 7);
