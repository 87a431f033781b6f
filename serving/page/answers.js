// What the page shows, as plain values; the only part without a document, so that tests can run it.

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

/** Whether two versions name different classes; false when there is only one answer. */
export function differ(answers) {
  return new Set(answers.filter((answer) => answer.label !== undefined).map((answer) => answer.label)).size > 1;
}

/** Terms and values of a version's card. */
export function cardFacts(version) {
  const { parity } = version;
  const differences = [parity.saved_model_max_abs_diff, parity.onnx_max_abs_diff].filter((each) => each !== null);
  const shown = differences.length ? Math.max(...differences).toExponential(1) : "unknown";
  const verdict = parity.passed ? "as the trained model" : "NOT as the trained model";
  return [
    ["Framework", version.framework],
    ["Architecture", `${version.architecture}, ${version.parameters.toLocaleString("en")} weights`],
    ["Sees", `${version.image_size_pixels} x ${version.image_size_pixels} pixels`],
    ["Classes", version.class_names.join(", ")],
    ["Answers", `${verdict}: within ${shown} on ${parity.images} photos`],
    ["Model time", `${milliseconds(version.predict_ms_per_image.onnx)} an image when it was exported`],
    ["Trained", `in ${Math.round(version.train_seconds)} s, exported ${version.created_at.slice(0, 16).replace("T", " ")}`],
    ["Runs on", `${version.backend} backend`],
    ["Made with", Object.entries(version.packages).map(([name, number]) => `${name} ${number}`).join(", ")],
    ...Object.entries(version.lineage).map(([name, id]) => [`From ${name}`, id.length > 16 ? `${id.slice(0, 12)}...` : id]),
  ];
}
