// An LMS of the tests' own that takes nothing which a real one might refuse. `strictLms` makes the object that
// content calls; what it keeps is in localStorage under "lms", as if on the LMS's server, and outlives its page.
// `lms.errors` has every call that the specification or the Learning Hub answers with an error: none is expected.

const TIMESPAN = /^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/;
const DURATION = /^PT(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?$/;
const oneOf = (...words) => (value) => words.includes(value);
const atMost = (length) => (value) => value.length <= length;
const any = () => true;

// How an element may be used: "r", "w" or "rw", and what it takes. What is not here is not implemented.
const MODELS = {
  "1.2": {
    "cmi.core._children": ["r"],
    "cmi.core.student_id": ["r"],
    "cmi.core.student_name": ["r"],
    "cmi.core.credit": ["r"],
    "cmi.core.entry": ["r"],
    "cmi.core.lesson_mode": ["r"],
    "cmi.core.lesson_location": ["rw", atMost(255)],
    "cmi.core.lesson_status": ["rw", oneOf("passed", "completed", "failed", "incomplete", "browsed")],
    "cmi.core.exit": ["w", oneOf("", "suspend", "logout", "time-out")],
    "cmi.core.session_time": ["w", (value) => TIMESPAN.test(value)],
    "cmi.suspend_data": ["rw", (value) => value.length < 4096],
    "cmi.comments": ["rw", any],
    "cmi.interactions._count": ["r"],
  },
  2004: {
    "cmi.learner_id": ["r"],
    "cmi.learner_name": ["r"],
    "cmi.entry": ["r"],
    "cmi.mode": ["r"],
    "cmi.location": ["rw", atMost(1000)],
    "cmi.completion_status": ["rw", oneOf("completed", "incomplete", "not attempted", "unknown")],
    "cmi.success_status": ["rw", oneOf("passed", "failed", "unknown")],
    "cmi.progress_measure": ["rw", (value) => /^(0(\.\d{1,7})?|1(\.0{1,7})?)$/.test(value)],
    "cmi.exit": ["w", oneOf("", "suspend", "logout", "normal", "time-out")],
    "cmi.session_time": ["w", (value) => DURATION.test(value)],
    "cmi.suspend_data": ["rw", atMost(64000)],
    "cmi.interactions._count": ["r"],
  },
};

const NAMES = {
  "1.2": { status: "cmi.core.lesson_status", exit: "cmi.core.exit", entry: "cmi.core.entry", prefix: "LMS" },
  2004: { status: "cmi.completion_status", exit: "cmi.exit", entry: "cmi.entry", prefix: "" },
};

// Error codes: not initialised, over already, unknown element, read only, write only, wrong type, a wrong argument
const CODES = {
  "1.2": { before: 301, after: 301, unknown: 401, readOnly: 403, writeOnly: 404, type: 405, argument: 201, no: 401 },
  2004: { before: 122, after: 123, unknown: 401, readOnly: 404, writeOnly: 405, type: 406, argument: 201, no: 403 },
};

/** `hub`: with the Learning Hub's ways: booleans, an error code that is a number, and null that it cannot spell. */
function strictLms({ version, hub = false, mode = "normal" }) {
  const model = MODELS[version];
  const names = NAMES[version];
  const codes = CODES[version];
  const finish = version === "1.2" ? "Finish" : "Terminate";
  const lms = { errors: [], calls: [], values: {}, phase: "new" };
  let last = 0;

  const server = () => JSON.parse(localStorage.getItem("lms") || "null");
  const persist = () => {
    const before = server() || { completions: 0, commits: 0 };
    const commits = before.commits + 1;
    localStorage.setItem("lms", JSON.stringify({ ...before, ...lms.values, commits }));
  };

  function restore() {
    const kept = server();
    const nothing = hub ? null : version === "1.2" ? "" : undefined;
    const resumed = kept?.[names.exit] === "suspend";
    const again = version === "1.2" ? kept?.[names.status] === "incomplete" : resumed;
    const place = version === "1.2" ? "cmi.core.lesson_location" : "cmi.location";
    for (const name of ["cmi.suspend_data", place]) lms.values[name] = (again && kept[name]) || nothing;
    const fresh = version === "1.2" ? "not attempted" : "unknown";
    lms.values[names.status] = (version === "1.2" || resumed ? kept?.[names.status] : "") || fresh;
    lms.values[names.entry] = resumed ? "resume" : kept ? "" : "ab-initio";
    lms.values[version === "1.2" ? "cmi.core.lesson_mode" : "cmi.mode"] = mode;
    lms.values["cmi.core._children"] = "student_id,student_name,lesson_location,credit,lesson_status,entry,lesson_mode";
  }

  function fault(code, ...call) {
    last = code;
    lms.errors.push([code, ...call]);
  }

  const text = (yes) => (yes ? "true" : "false");
  const answer = (yes) => (hub ? yes : text(yes));

  function running(...call) {
    last = 0;
    lms.calls.push(call);
    if (lms.phase === "running") return true;
    fault(lms.phase === "new" ? codes.before : codes.after, ...call);
    return false;
  }

  function open(argument) {
    last = 0;
    lms.calls.push(["Initialize"]);
    if (argument !== "") fault(codes.argument, "Initialize", argument);
    else if (lms.phase === "running") fault(version === "1.2" ? 101 : 103, "Initialize");
    else if (lms.phase === "over" && version !== "1.2") fault(104, "Initialize");
    else {
      lms.phase = "running";
      restore();
      return "true";
    }
    return "false";
  }

  function get(name) {
    if (!running("GetValue", name)) return "";
    const [use] = model[name] || [];
    if (!use) fault(codes.unknown, "GetValue", name);
    else if (use === "w") fault(codes.writeOnly, "GetValue", name);
    else if (lms.values[name] === undefined) fault(codes.no, "GetValue", name);
    else return lms.values[name].toString(); // of null it throws, as the Learning Hub's does
    return "";
  }

  function put(name, value) {
    if (!running("SetValue", name, value)) return answer(false);
    const [use, takes] = model[name] || [];
    if (!use) fault(codes.unknown, "SetValue", name);
    else if (use === "r") fault(codes.readOnly, "SetValue", name);
    else if (typeof value !== "string" || !takes(value)) fault(codes.type, "SetValue", name, value);
    else {
      if (name === names.status && value === "completed") {
        const before = server() || { completions: 0, commits: 0 };
        localStorage.setItem("lms", JSON.stringify({ ...before, completions: before.completions + 1 }));
      }
      lms.values[name] = value;
      return answer(true);
    }
    return answer(false);
  }

  function commit(argument) {
    if (!running("Commit")) return answer(false);
    if (argument !== "") return fault(codes.argument, "Commit", argument), answer(false);
    persist();
    return answer(true);
  }

  function close(argument) {
    if (!running(finish)) return "false";
    if (argument !== "") return fault(codes.argument, finish, argument), "false";
    persist();
    lms.phase = "over";
    return "true";
  }

  const api = {
    Initialize: open,
    [finish]: close,
    GetValue: get,
    SetValue: put,
    Commit: commit,
    GetLastError: () => (hub ? last : String(last)),
    GetErrorString: () => "",
    GetDiagnostic: () => "",
  };
  lms.api = Object.fromEntries(Object.entries(api).map(([name, does]) => [names.prefix + name, does]));
  window[version === "1.2" ? "API" : "API_1484_11"] = lms.api;
  return (window.lms = lms);
}
