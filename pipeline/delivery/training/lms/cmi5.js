/* What the player tells a learning system that speaks cmi5, with the xAPI video profile.

   Requests go to the endpoint and the fetch URL that the system gave when it opened this page, and to nobody
   else. The learner is named as the system named them, unread. A system that answers late, wrongly or not at
   all is waited for and asked again; the place is kept in the browser too; only the console hears of it. */
"use strict";
window.ourwordsLms = (() => {
  const film = window.ourwordsFilm;
  const CMI5 = "https://w3id.org/xapi/cmi5/";
  const VIDEO = "https://w3id.org/xapi/video";
  const ADL = "http://adlnet.gov/expapi/verbs/";
  // The video profile has three verbs of its own and takes the others from ADL.
  const HOSTS = { played: `${VIDEO}/verbs/`, paused: `${VIDEO}/verbs/`, seeked: `${VIDEO}/verbs/` };
  const DEFINED = ["initialized", "completed", "terminated"]; // by cmi5; other statements it allows
  const PARAMETERS = ["endpoint", "fetch", "actor", "registration", "activityId"];
  const PATIENCE = 2500; // ms until the film starts without an answer
  const TOO_LATE = 20000; // ms until a request is given up and made again
  const LAST_WORDS = 50000; // bytes; a browser sends 64 KiB for a page that is gone

  const log = (...words) => console.info("LMS:", ...words);
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
  const rounded = (number) => Number((number || 0).toFixed(3));

  const launch = launched();
  const drawer = `ourwords:${launch ? `${launch.registration}:${launch.activityId}` : film.id}:place`;
  const session = uuid();
  const lms = { start, save, finish, event: heard, languages: [] };

  let authorization = null;
  let template = null; // of every statement's context; none is sent before the system has told it
  let mode = "Normal";
  let found; // the place that the system kept: not known yet, or null, or {state, share, spent, completed}
  let place = null; // the one in force
  let blind = false; // did the film start without knowing the system's?
  let spent = 0; // seconds in the sessions before
  let completed = ""; // in this registration: "", "perhaps" (told; no answer heard) or "yes"
  let completion = null; // its statement, at most one in a session
  let facts = { at: 0, share: 0 };
  let segments = []; // [from, to] that were played
  let since = null; // where what is being played began
  let over = false;
  let began = 0;
  let stamped = 0;

  // How the system opened the page ------------------------------------------------------------------------

  function launched() {
    const given = new URLSearchParams(location.search);
    if (!given.has("endpoint")) return null; // opened by hand
    const values = Object.fromEntries(PARAMETERS.map((name) => [name, given.get(name) || ""]));
    try {
      const urls = [values.endpoint, values.fetch].map((url) => new URL(url, location.href));
      values.origins = [...new Set(urls.map((url) => url.origin))].join(" ");
      values.endpoint = values.endpoint.replace(/\/?$/, "/");
      values.agent = JSON.parse(values.actor);
      if (PARAMETERS.every((name) => values[name])) return values;
    } catch {
      // Told below; the problem might name the learner.
    }
    log("nothing is sent: the launch lacks what cmi5 asks for, or has it in another way");
    return null;
  }

  /* The browser, too, shall refuse requests to anybody else. */
  function fence() {
    const meta = document.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = `connect-src ${launch.origins}`;
    document.head.append(meta);
  }

  // Requests ----------------------------------------------------------------------------------------------

  const address = (path, query) => launch.endpoint + path + (query ? `?${new URLSearchParams(query)}` : "");

  function options(method, content) {
    const headers = { Authorization: authorization, "X-Experience-API-Version": "1.0.3" };
    if (content === undefined) return { method, headers, cache: "no-store" };
    headers["Content-Type"] = "application/json";
    // Kept alive: what is on its way arrives though the page is left.
    return { method, headers, body: JSON.stringify(content), keepalive: true };
  }

  const underway = new Set();

  async function ask(method, path, query, content) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), TOO_LATE);
    underway.add(control);
    try {
      return await fetch(address(path, query), { ...options(method, content), signal: control.signal });
    } finally {
      clearTimeout(timer);
      underway.delete(control);
    }
  }

  /* What JSON there is, or null for nothing. A page to log in at is no JSON. */
  async function read(path, query) {
    const answer = await ask("GET", path, query);
    if (answer.status === 404 || answer.status === 204) return null;
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return answer.json();
  }

  /* Again and again, ever more seldom, as long as the page is open. */
  async function patiently(what, work) {
    for (let wait = 1000; !over; wait = Math.min(2 * wait, 60000)) {
      try {
        return await work();
      } catch (problem) {
        log(`${what}: ${problem.message}; once more in ${wait / 1000} s`);
        await sleep(wait);
      }
    }
    throw new Error(`the page was left before ${what} came`);
  }

  /* From a page that is being left. Firefox before 133 keeps no fetch alive, and what it does send for such a
     page has no headers: xAPI's alternate request syntax puts them into a form. */
  function part(method, path, query, content) {
    const sent = options(method, content);
    if ("keepalive" in Request.prototype) {
      fetch(address(path, query), sent).catch((problem) => log(`${path}: ${problem.message}`));
    } else {
      const form = new URLSearchParams({ ...query, ...sent.headers, content: sent.body });
      navigator.sendBeacon(address(path, { method }), form);
    }
  }

  // The beginning -----------------------------------------------------------------------------------------

  const shelf = (stateId) => ({
    activityId: launch.activityId, agent: launch.actor, registration: launch.registration, stateId,
  });

  /* Asked once and never again, however long it takes: the URL is good for one use. */
  async function authorise() {
    const answer = await fetch(launch.fetch, { method: "POST" });
    const token = await answer.json();
    if (!token["auth-token"]) throw new Error(`no token, but error ${token["error-code"]}`);
    authorization = `Basic ${token["auth-token"]}`;
  }

  async function readLaunchData() {
    const data = await patiently("launch data", async () => {
      const told = await read("activities/state", shelf("LMS.LaunchData"));
      if (!told || !told.contextTemplate) throw new Error("there is none yet");
      return told;
    });
    mode = /^(browse|review)$/i.test(data.launchMode) ? data.launchMode : "Normal";
    wayBack(data.returnURL);
    template = data.contextTemplate;
  }

  /* For the neutral page that somebody who leaves is shown. */
  function wayBack(url) {
    try {
      sessionStorage.removeItem("ourwords:back");
      if (/^https?:/i.test(url)) sessionStorage.setItem("ourwords:back", url);
    } catch {
      // Storage is refused: the neutral page has no way back.
    }
  }

  async function readPreferences() {
    try {
      const profile = { agent: launch.actor, profileId: "cmi5LearnerPreferences" };
      const liked = (await read("agents/profile", profile)) || {};
      lms.languages = String(liked.languagePreference || "").split(",").filter(Boolean);
      if (liked.audioPreference !== "off") return;
      for (const video of document.querySelectorAll("video")) video.muted = true;
    } catch (problem) {
      log("preferences:", problem.message);
    }
  }

  async function readPlace() {
    found = understood(await patiently("the place", () => read("activities/state", shelf("ourwords.place"))));
    if (!blind || !found) return;
    spent = Math.max(spent, found.spent || 0);
    completed = completed || found.completed;
    if (place) keep(place);
  }

  async function connect() {
    try {
      fence();
      await authorise();
      await Promise.all([readLaunchData().then(pump), readPreferences(), readPlace()]);
      if (unstored) store();
    } catch (problem) {
      log("nothing is sent in this session:", problem.message);
    }
  }

  async function start() {
    began = stamp();
    const captions = document.querySelector("#cc[aria-pressed]"); // the player's button
    const on = captions && captions.getAttribute("aria-pressed") === "true";
    tell("initialized", undefined, captions ? captioned(on) : {});
    await Promise.race([launch ? connect() : null, sleep(PATIENCE)]);
    blind = found === undefined;
    const local = readLocal();
    place = !found || (local && local.saved > found.saved) ? local : found;
    if (!place) return null;
    spent = place.spent || 0;
    completed = place.completed || (found && found.completed) || "";
    return place.state;
  }

  // The place: one document at the system, and a copy in the browser --------------------------------------

  const understood = (kept) => (kept && typeof kept.state === "string" ? kept : null);

  function readLocal() {
    try {
      return understood(JSON.parse(localStorage.getItem(drawer)));
    } catch {
      return null;
    }
  }

  function keep(next) {
    // A film that began without knowing where it had stopped does not wipe out how far somebody had come.
    const behind = blind && found && next.share < found.share;
    place = { ...next, ...(behind ? { state: found.state, share: found.share } : {}), completed };
    if (mode !== "Normal") return;
    try {
      localStorage.setItem(drawer, JSON.stringify(place));
    } catch {
      // Storage is refused; the system alone has it.
    }
  }

  let storing = false;
  let unstored = false;

  async function store() {
    unstored = true;
    if (storing || over) return;
    storing = true;
    await sleep(0); // several at once are one; and leaving may come first
    for (let wait = 2000; unstored && !over; ) {
      if (mode !== "Normal" || !template || found === undefined) break;
      unstored = false;
      try {
        const answer = await ask("PUT", "activities/state", shelf("ourwords.place"), place);
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        wait = 2000;
      } catch (problem) {
        log("the place is kept in the browser only:", problem.message);
        unstored = true;
        await sleep(wait);
        wait = Math.min(2 * wait, 60000);
      }
    }
    storing = false;
  }

  // Statements --------------------------------------------------------------------------------------------

  const queue = [];
  let pumping = false;

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  /* Every statement is later than the one before it, even if two are made at once or a clock is set back. */
  const stamp = () => (stamped = Math.max(Date.now(), stamped + 1));
  const lasted = () => (Date.now() - began) / 1000;
  const lasting = (time) => `PT${Math.max(0, time).toFixed(2)}S`;
  const extended = (values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`${VIDEO}/extensions/${name}`, value]));

  /* What happened, to be made a statement when it is sent. */
  function tell(verb, result, context) {
    if (over) return null;
    const item = { id: uuid(), verb, at: stamp(), result, context };
    queue.push(item);
    setTimeout(pump);
    return item;
  }

  function categories(verb) {
    const named = mode === "Normal" ? [VIDEO] : [];
    if (DEFINED.includes(verb)) named.push(`${CMI5}context/categories/cmi5`);
    if (verb === "completed") named.push(`${CMI5}context/categories/moveon`);
    const given = [].concat((template.contextActivities || {}).category || []);
    const missing = named.filter((id) => !given.some((one) => one.id === id));
    return [...given, ...missing.map((id) => ({ id }))];
  }

  /* Somebody who browses or reviews is not measured. */
  const measured = (result) => (mode === "Normal" || !result ? result : { duration: result.duration });

  function playback(context) {
    if (mode !== "Normal") return {};
    const threshold = rounded(film.completion.watched);
    const told = { length: rounded(film.duration), "session-id": session, "completion-threshold": threshold };
    return extended({ ...told, ...context });
  }

  /* The system's context template stays whole: what stands in it is never written over. */
  function statement({ id, verb, at, result, context }) {
    return {
      id,
      actor: launch.agent,
      verb: { id: (HOSTS[verb] || ADL) + verb, display: { en: verb } },
      object: {
        objectType: "Activity",
        id: launch.activityId,
        definition: { type: `${VIDEO}/activity-type/video`, name: { [film.language]: film.title } },
      },
      result: measured(result),
      context: {
        ...template,
        registration: launch.registration,
        contextActivities: { ...template.contextActivities, category: categories(verb) },
        extensions: { ...playback(context), ...template.extensions },
      },
      timestamp: new Date(at).toISOString(),
    };
  }

  const wanted = (item) => mode === "Normal" || item.verb === "initialized" || item.verb === "terminated";

  /* One after the other, each until the system has it or will never have it. */
  async function pump() {
    if (pumping || !template) return;
    pumping = true;
    for (let wait = 2000; queue.length && !over; ) {
      const settled = !wanted(queue[0]) || (await delivered(queue[0]));
      if (settled) queue.shift();
      else await sleep(wait);
      wait = settled ? 2000 : Math.min(2 * wait, 60000);
    }
    pumping = false;
  }

  /* Settled? Kept, kept before, or such as will never be kept. */
  async function delivered(item) {
    try {
      if (item === completion && (await toldBefore())) return true;
      if (over) return false; // left while it asked: nothing comes after terminated
      if (item === completion) settle("perhaps");
      const answer = await ask("POST", "statements", null, statement(item));
      if (answer.status === 200 && !Array.isArray(await answer.json())) throw new Error("no list of ids");
      const kept = answer.ok || answer.status === 409; // 409: it has one with this id
      if (!kept && ![400, 403, 413].includes(answer.status)) throw new Error(`answered ${answer.status}`);
      if (!kept) log(`${item.verb} was refused with ${answer.status}`);
      if (item === completion) settle(kept ? "yes" : "");
      return true;
    } catch (problem) {
      log(`${item.verb}: ${problem.message}`);
      return false;
    }
  }

  // Completion, once for a registration -------------------------------------------------------------------

  const doubtful = () => found === undefined || completion.doubtful || Boolean(found && found.completed);

  function complete() {
    if (completion || completed === "yes") return;
    const duration = lasting(spent + lasted());
    completion = tell("completed", { completion: true, duration, ...watched() });
    if (!completion) return; // the session is over; the next one tells it
    completion.doubtful = completed === "perhaps";
  }

  function settle(known) {
    completed = known;
    keep(place);
    if (known !== "perhaps") store();
  }

  /* Was it told in another session, of which we did not hear the end? */
  async function toldBefore() {
    if (!doubtful()) return false;
    const query = { agent: launch.actor, activity: launch.activityId, registration: launch.registration };
    const answer = await ask("GET", "statements", { ...query, verb: `${ADL}completed`, limit: 1 });
    if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
    const kept = answer.ok ? (await answer.json()).statements : [];
    if (!kept.length) return false;
    settle("yes");
    return true;
  }

  // What the player calls ---------------------------------------------------------------------------------

  function played(to) {
    return since === null || to <= since ? segments : [...segments, [since, to]];
  }

  const written = (stretch) => stretch.map((time) => time.toFixed(3)).join("[.]");

  /* How much of the film stretches cover, 0 to 1. */
  function covered(stretches) {
    let end = 0;
    let sum = 0;
    for (const [from, to] of [...stretches].sort((one, other) => one[0] - other[0])) {
      sum += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
    return film.duration ? Math.min(1, sum / film.duration) : 0;
  }

  function watched() {
    const stretches = played(facts.at);
    return {
      extensions: extended({
        time: rounded(facts.at),
        progress: rounded(Math.max(facts.share, covered(stretches))),
        "played-segments": stretches.slice(-100).map(written).join("[,]"),
      }),
    };
  }

  const captioned = (on) => ({ "cc-subtitle-enabled": on, "cc-subtitle-lang": film.language });

  const EVENTS = {
    played({ at }) {
      facts.at = at;
      since = at;
      tell("played", { extensions: extended({ time: rounded(at) }) });
    },
    paused({ at, segments: all }) {
      facts.at = at;
      segments = Array.isArray(all) ? all : played(at);
      since = null;
      tell("paused", watched());
    },
    seeked({ from, to }) {
      segments = played(from);
      if (since !== null) since = to;
      facts.at = to;
      tell("seeked", { extensions: extended({ "time-from": rounded(from), "time-to": rounded(to) }) });
    },
    interacted({ captions, volume, speed }) {
      const context = {};
      if (captions !== undefined) Object.assign(context, captioned(captions));
      if (volume !== undefined) context.volume = rounded(volume);
      if (speed !== undefined) context.speed = `${speed}x`;
      if (!Object.keys(context).length) return;
      const { currentTime } = document.querySelector("video");
      tell("interacted", { extensions: extended({ time: rounded(currentTime) }) }, context);
    },
  };

  function heard(name, detail) {
    if (Object.hasOwn(EVENTS, name)) EVENTS[name](detail || {});
  }

  function note(state, known) {
    facts = { ...facts, ...known };
    if (facts.complete) complete();
    const saved = new Date().toISOString();
    keep({ state, share: rounded(facts.share), spent: rounded(spent + lasted()), saved });
  }

  function save(state, known) {
    note(state, known);
    if (launch) store();
  }

  function finish(state, known) {
    note(state, known);
    if (over) return;
    tell("terminated", { duration: lasting(lasted()), ...watched() });
    over = true;
    if (!template) return; // never heard of it: the next session tells what counts
    const sure = (item) => item !== completion || !doubtful();
    // What is on its way might arrive after the end: it is called back and sent with the rest, in its order.
    // Where it had arrived, the same statement twice is one.
    for (const control of underway) control.abort();
    const rest = queue.filter((item) => wanted(item) && sure(item));
    if (rest.includes(completion)) settle("perhaps");
    part("POST", "statements", null, fitting(rest.map(statement)));
    if (mode !== "Normal" || found === undefined) return;
    part("PUT", "activities/state", shelf("ourwords.place"), place);
  }

  /* As much as a browser still sends: what cmi5 counts, and of the rest what comes last. */
  function fitting(statements) {
    const size = () => new Blob([JSON.stringify(statements)]).size;
    const counts = (one) => DEFINED.some((verb) => one.verb.id === ADL + verb);
    while (size() > LAST_WORDS) {
      const first = statements.findIndex((one) => !counts(one));
      if (first < 0) break;
      statements.splice(first, 1);
    }
    return statements;
  }

  return lms;
})();
