// What SCORM 1.2 and 2004 have in common, between the player's calls (start, save, finish, event) and the LMS's.
// An LMS is believed where it answers. Where it does not, answers wrongly or throws, nobody is told but the log,
// and the place stays on this device. Nothing that a learner wrote and no name passes here.

const ROOM = 4000; // characters of suspend_data: SCORM 1.2 has 4096, and some LMSs spend a few on quoting
const WAITS = [0, 250, 500, 1000]; // ms between attempts to reach the LMS: start() is to end within 3 s
const APART = 10000; // ms between commits that neither a break nor completion asks for
const PATIENCE = 300000; // ms that they grow to where commits fail: the Learning Hub alerts at each that does
const WINDOWS = 50; // that are looked in for the LMS

const log = (...what) => console.debug("ourwords:", ...what);

/** The LMS's object: up the parents, then up those of whoever opened one of them. */
function find(name, method) {
  const windows = [];
  const add = (one) => {
    for (; one && windows.length < WINDOWS && !windows.includes(one); one = one.parent) windows.push(one);
  };
  add(window);
  for (let i = 0; i < windows.length; i++) {
    try {
      if (typeof windows[i][name]?.[method] === "function") return windows[i][name];
    } catch {
      // of another origin: the next
    }
    add(windows[i].opener);
  }
  return null;
}

function adapter(dialect, id) {
  const key = `ourwords-scorm-${id}`;
  let api = null; // while there is a session
  let tried = -Infinity; // when an LMS was last asked to begin
  let began = 0;
  let over = false; // the session was finished
  let leaving = false; // the page is being dismissed: the LMS may send no more than one thing
  let silent = false; // somebody reviews or browses: nothing is recorded
  let done = false; // the LMS knows that it is complete
  let settled = false; // it has a status that is not to be made less
  let ours = true; // what the LMS keeps may be written over
  let apart = APART;
  let committed = -Infinity;
  let pending = false; // something was set since
  let met = 0;
  const sent = {};

  // The place as it was last kept. The token says whose it is without saying who: on a computer that several people
  // share, the place on the device is another's unless the LMS has the same token, or never took one (`known`).
  let place = { token: Math.random().toString(36).slice(2, 10), number: 0, state: "", known: false };

  const onDevice = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {}; // storage is refused, or holds something else
    }
  };

  function keep(change) {
    place = { ...place, ...change };
    try {
      localStorage.setItem(key, JSON.stringify(place));
    } catch (problem) {
      log("the device keeps no place", problem);
    }
  }

  // The LMS ---------------------------------------------------------------------------------------

  /** The answer as a text; null where it throws. */
  function call(method, ...args) {
    try {
      return String(api[dialect.prefix + method](...args) ?? "");
    } catch (problem) {
      log(method, ...args, problem);
      return null;
    }
  }

  /** "true", true and 1 alike; an LMS that answers nothing is asked whether there was an error. */
  function asked(method, ...args) {
    const answer = call(method, ...args);
    const taken = answer === "" ? call("GetLastError") === "0" : /^(true|1)$/i.test(answer);
    if (!taken) log(method, ...args, "was answered", answer);
    return taken;
  }

  const get = (name) => call("GetValue", name) ?? "";

  function set(what, value) {
    if (sent[what] === value) return true;
    if (!asked("SetValue", dialect.names[what], value)) return false;
    sent[what] = value;
    return (pending = true);
  }

  function commit() {
    const taken = asked("Commit", "");
    committed = performance.now();
    apart = taken ? APART : Math.min(apart * 2, PATIENCE);
    if (!taken) return;
    pending = false;
    if (!place.known) keep({ known: true });
  }

  /** Begin the session: true once it stands. */
  function connect() {
    api = find(dialect.api, `${dialect.prefix}Initialize`);
    if (!api) return false;
    tried = performance.now();
    const begun = asked("Initialize", "");
    const status = get(dialect.names.status);
    if (!begun && !dialect.statuses.includes(status)) {
      api = null; // one that began before, as after a reload, goes on
      return false;
    }
    began = performance.now();
    silent = ["browse", "review"].includes(dialect.mode(get));
    done = dialect.done.includes(status);
    settled = done || dialect.settled.includes(status);
    return true;
  }

  /** What the LMS keeps: {} where that is nothing, or not ours. */
  function inLms() {
    if (dialect.fresh(get)) return {};
    const [, token, number, state] = /^([0-9a-z]+)\.(\d+)\|([^]*)$/.exec(get(dialect.names.state)) || [];
    if (token) return { token, number: Number(number), state };
    const [, same, count] = / ([0-9a-z]+)\.(\d+)$/.exec(get(dialect.names.location)) || [];
    return same ? { token: same, number: Number(count) } : {}; // it lost the state, and has the place
  }

  /** The newer of the two places, where they are one person's. */
  function newer(there, here) {
    if (!api) return here;
    if (!there.token) return here.known ? {} : here;
    const older = here.token === there.token && (there.state === undefined || here.number > there.number);
    return older ? here : { ...there, known: true };
  }

  function open(there) {
    if (silent) return;
    if (!settled) set("status", "incomplete");
    if (!done) set("exit", "suspend"); // now, so that a crash leaves it
    if (place.number !== there.number) hand();
    if (pending) commit();
  }

  /** Give the LMS the place: whole, or not at all. */
  function hand() {
    const text = `${place.token}.${place.number}|${place.state}`;
    if (ours && text.length < ROOM) set("state", text);
    else log("the place is kept on this device only");
  }

  function record(facts) {
    const at = Number(facts.at) || 0;
    hand();
    if (ours) set("location", `${at.toFixed(2)} ${place.token}.${place.number}`);
    if (dialect.names.progress && !done) {
      // The manifest has it complete at 1, and at nothing less: breaks count as well as the share.
      const share = Math.min(Math.max(Number(facts.share) || 0, 0), 0.99);
      set("progress", facts.complete ? "1" : share.toFixed(4));
    }
    if (facts.complete && !done) done = set("status", "completed");
    set("time", dialect.time(Math.round((performance.now() - began) / 10)));
    set("exit", done ? dialect.exit : "suspend");
  }

  /** An LMS that came late: what it keeps is newer than ours, or another's, unless it is ours. */
  function late() {
    if (performance.now() - tried < APART || !connect()) return;
    const there = inLms();
    ours = !there.token || (there.token === place.token && there.number <= place.number);
    open(there);
  }

  const hidden = () => document.visibilityState === "hidden"; // it may never be seen again

  // After the page's own listeners, which save.
  window.addEventListener("visibilitychange", () => {
    if (hidden() && api && !over && !leaving && pending) commit();
  });
  window.addEventListener("pagehide", () => (leaving = true));
  window.addEventListener("pageshow", () => (leaving = false));

  // What the player calls -------------------------------------------------------------------------

  return {
    async start() {
      const alone = window.parent === window && !window.opener;
      for (const wait of alone ? [] : WAITS) {
        await new Promise((go) => setTimeout(go, wait));
        if (connect()) break;
      }
      const there = api ? inLms() : {};
      const { token, number, state, known } = newer(there, onDevice());
      if (token) keep({ token, number: number || 0, state: state || "", known: Boolean(known) });
      if (api) open(there);
      return place.state || null;
    },

    save(state, facts = {}) {
      keep({ number: place.number + 1, state });
      if (over) return;
      if (!api) late();
      if (!api || silent) return;
      const complete = done;
      record(facts);
      const news = Number(facts.met) > met || done !== complete || hidden();
      met = Number(facts.met) || 0;
      if (news || performance.now() - committed >= apart) commit();
    },

    finish(state, facts = {}) {
      keep({ number: place.number + 1, state });
      if (over) return;
      if (!api && !leaving) late();
      if (!api) return;
      if (!silent) record(facts);
      if (!silent && !leaving) commit();
      over = asked(dialect.finish, "");
      if (!over && !silent) commit();
    },

    event() {}, // SCORM has no word for these
  };
}
