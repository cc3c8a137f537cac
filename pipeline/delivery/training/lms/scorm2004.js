const dialect = {
  api: "API_1484_11",
  prefix: "",
  finish: "Terminate",
  names: {
    status: "cmi.completion_status",
    state: "cmi.suspend_data",
    location: "cmi.location",
    time: "cmi.session_time",
    exit: "cmi.exit",
    progress: "cmi.progress_measure",
  },
  statuses: ["not attempted", "unknown", "incomplete", "completed"],
  settled: ["incomplete"],
  done: ["completed"],
  exit: "suspend", // "normal" would end the attempt, and the next launch would begin an incomplete one
  // To ask for what has no value yet is an error in 2004.
  fresh: (get) => get("cmi.entry") !== "resume" && !["incomplete", "completed"].includes(get("cmi.completion_status")),
  mode: (get) => get("cmi.mode"),

  /** "PT0H2M5.40S" */
  time(hundredths) {
    const seconds = Math.floor(hundredths / 100);
    const part = String(hundredths % 100).padStart(2, "0");
    return `PT${Math.floor(seconds / 3600)}H${Math.floor(seconds / 60) % 60}M${seconds % 60}.${part}S`;
  },
};
