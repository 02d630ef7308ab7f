CREATE TABLE cases (
    id TEXT NOT NULL,
    handle TEXT,
    "key" TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    project TEXT NOT NULL,
    status TEXT NOT NULL,
    "group" TEXT NOT NULL,
    base TEXT,
    drift TEXT NOT NULL,
    gone TEXT NOT NULL,
    paused TEXT NOT NULL,
    next_look BIGINT,
    since BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX cases_drift ON cases (id) WHERE drift != '';
CREATE INDEX cases_handle ON cases (handle);
CREATE INDEX cases_next_look ON cases (next_look, id) WHERE next_look IS NOT NULL;
CREATE INDEX cases_paused ON cases (id) WHERE paused != '';
CREATE TABLE creations (
    issue TEXT NOT NULL,
    tracker TEXT NOT NULL,
    project TEXT NOT NULL,
    rule TEXT NOT NULL,
    reserved_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    tried_at BIGINT,
    "case" TEXT,
    PRIMARY KEY (issue)
);
CREATE INDEX creations_open ON creations (issue) WHERE status != 'created';
CREATE INDEX creations_rule ON creations (rule, reserved_at);
CREATE TABLE dead (
    id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    since BIGINT NOT NULL,
    pass_id TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX dead_key ON dead ("key");
CREATE INDEX dead_pass ON dead (pass_id);
CREATE TABLE event_passes (
    event_id TEXT NOT NULL,
    pass_id TEXT NOT NULL,
    PRIMARY KEY (event_id, pass_id)
)
 WITHOUT ROWID;
CREATE INDEX event_passes_pass ON event_passes (pass_id);
CREATE TABLE events (
    id TEXT NOT NULL,
    tracker TEXT NOT NULL,
    identity TEXT,
    "key" TEXT NOT NULL,
    cause TEXT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    body BLOB,
    outcome TEXT,
    reason TEXT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT events_identity UNIQUE (tracker, identity)
);
CREATE INDEX events_bodies ON events (ended_at) WHERE ended_at IS NOT NULL AND body IS NOT NULL;
CREATE INDEX events_ended ON events (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX events_key ON events ("key", id);
CREATE INDEX events_open ON events ("key", id, outcome) WHERE outcome IS NULL OR outcome = 'parked';
CREATE TABLE flips (
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    last BIGINT NOT NULL,
    times TEXT NOT NULL,
    PRIMARY KEY (kind, target)
);
CREATE TABLE marks (
    name TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE meta (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE passes (
    id TEXT NOT NULL,
    "key" TEXT NOT NULL,
    cause TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    is_dry BOOLEAN NOT NULL,
    base TEXT NOT NULL,
    seen TEXT NOT NULL,
    changes TEXT NOT NULL,
    overruled TEXT NOT NULL,
    notes TEXT NOT NULL,
    config TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (id)
);
CREATE INDEX passes_open ON passes ("key", id) WHERE finished_at IS NULL;
CREATE INDEX passes_started ON passes (started_at);
CREATE TABLE replicas (
    id TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE sightings (
    issue TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    attributes TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    state TEXT NOT NULL,
    first_seen BIGINT,
    handled TEXT NOT NULL,
    PRIMARY KEY (issue)
);
CREATE INDEX sightings_unhandled ON sightings (issue) WHERE handled = '';
CREATE TABLE tallies (
    outcome TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (outcome)
);
CREATE TABLE unlinked (
    issue TEXT NOT NULL,
    "case" TEXT NOT NULL,
    PRIMARY KEY (issue, "case")
);
CREATE TABLE work (
    "key" TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    failing_since BIGINT,
    held_until BIGINT,
    reason TEXT NOT NULL,
    PRIMARY KEY ("key")
);
CREATE INDEX work_at ON work (at);
CREATE TABLE actions (
    pass_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL,
    receipt TEXT NOT NULL,
    at BIGINT,
    PRIMARY KEY (pass_id, n),
    FOREIGN KEY(pass_id) REFERENCES passes (id) ON DELETE CASCADE
);
CREATE TABLE comment_looks (
    "case" TEXT NOT NULL,
    thing TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY ("case", thing),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE comments (
    "case" TEXT NOT NULL,
    thing TEXT NOT NULL,
    id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    standing TEXT NOT NULL,
    missed_at BIGINT,
    PRIMARY KEY ("case", thing, id),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE copies (
    "case" TEXT NOT NULL,
    marker TEXT NOT NULL,
    origin TEXT NOT NULL,
    origin_id TEXT NOT NULL,
    target TEXT NOT NULL,
    shows TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    tried_at BIGINT,
    looks TEXT NOT NULL,
    PRIMARY KEY ("case", marker),
    FOREIGN KEY("case") REFERENCES cases (id) ON DELETE CASCADE
);
CREATE TABLE leases (
    "key" TEXT NOT NULL,
    token BIGINT NOT NULL,
    replica TEXT NOT NULL,
    PRIMARY KEY ("key"),
    FOREIGN KEY(replica) REFERENCES replicas (id) ON DELETE CASCADE
);
CREATE INDEX leases_replica ON leases (replica);
CREATE TABLE links (
    issue TEXT NOT NULL,
    "case" TEXT NOT NULL,
    since BIGINT NOT NULL,
    base TEXT,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    drift TEXT NOT NULL,
    gone TEXT NOT NULL,
    is_native BOOLEAN NOT NULL,
    PRIMARY KEY (issue),
    FOREIGN KEY("case") REFERENCES cases (id)
);
CREATE INDEX links_case ON links ("case", issue);
CREATE INDEX links_drift ON links (issue) WHERE drift != '';
INSERT INTO meta (name, value) VALUES ('schema', 2), ('tick', 7);
