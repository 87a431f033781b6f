// What the page says about answers, as plain values; without a document, so that tests can run it.

/** The paths of the page and the server may have a prefix, so addresses are relative to the page. */
export function predictPath(model, version, top) {
  return `predict/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}?top=${top}`;
}

/** Options of a version's list: each with its labels, the champion's first of all. */
export function versionOptions(model) {
  const labels = (version) => Object.keys(model.labels).filter((label) => model.labels[label] === version).sort();
  const options = model.versions.map(({ version }) => {
    const names = labels(version);
    return { value: version, text: names.length ? `${version} (${names.join(", ")})` : version };
  });
  const isChampion = (option) => option.value === model.labels.champion;
  return [...options.filter(isChampion), ...options.filter((option) => !isChampion(option))];
}

/** What a version may be compared with: any other one, or nothing, which comes first. */
export function comparisonOptions(options, first) {
  const others = options.filter(({ value }) => value !== first);
  return [{ value: "", text: others.length ? "nothing" : "no other version is loaded" }, ...others];
}

/** A probability of 0 to 1 in percent; what is not certain never reads as such. */
export function percent(share) {
  if (share > 0.999 && share < 1) return "> 99.9 %";
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(share * 100).toFixed(1)} %`;
}

/** A duration in milliseconds. */
export function milliseconds(value) {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

/** Whether two versions name one class; empty when there are not two answers to compare. */
export function verdict(answers) {
  const labels = answers.filter((answer) => answer.label !== undefined).map((answer) => answer.label);
  if (labels.length < 2) return "";
  return new Set(labels).size > 1 ? "The versions differ" : "The versions agree";
}

/** What is left to do, by the status of an answer; 0 stands for none at all. */
const ADVICE = {
  0: "Check that the server is running, and drop the photo again.",
  400: "Save the photo as JPEG or PNG, and drop it again.",
  404: "The lists above are up to date again: choose another version.",
  413: "Make the photo smaller, and drop it again.",
  429: "Wait a moment, and drop it again.",
  503: "Wait a moment, and drop it again.",
  504: "Wait a moment, and drop it again.",
};

/** Why there is no answer, and what to do. */
export function problem(status, reason) {
  const sentence = reason.charAt(0).toUpperCase() + reason.slice(1).replace(/\.$/, "");
  return `${sentence}. ${ADVICE[status] ?? "The server's log has more."}`;
}

/** How a batch of photos ended. */
export function summary(photos, failed) {
  const all = photos === 1 ? "1 photo" : `${photos} photos`;
  return failed ? `${all}: ${photos - failed} classified, ${failed} not` : `${all} classified`;
}
