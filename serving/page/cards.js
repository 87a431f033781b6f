// What a version's card says, as plain values; without a document, so that tests can run it.

import { milliseconds, percent } from "./answers.js";

const SPLITS = ["train", "eval", "test"];
const count = (images) => images.toLocaleString("en");
const total = (ofSplit) => Object.values(ofSplit ?? {}).reduce((sum, images) => sum + images, 0);
const orUnknown = (value, write) => (value === null || value === undefined ? "unknown" : write(value));

/** One line: who made it, how large it is. */
export function summaryLine(version) {
  const { framework, architecture, parameters, image_size_pixels: size, class_names: classes } = version;
  return `${framework} ${architecture}, ${count(parameters)} weights; sees ${size} x ${size} pixels, knows ${classes.length} classes`;
}

/** The largest figures: value and term. */
export function headline({ evaluation, predict_ms_per_image: speed }) {
  const { accuracy, loss } = evaluation.candidates[evaluation.champion];
  const { train, test } = evaluation.images;
  return [
    [orUnknown(accuracy, percent), `accuracy on ${count(total(test))} test images`],
    [orUnknown(loss, (value) => value.toFixed(3)), "loss on them"],
    [count(total(train)), "training images"],
    [milliseconds(speed.onnx), "per image, when exported"],
  ];
}

/** A row for each candidate of the run, the pushed one first: framework, accuracy, loss, decision. */
export function candidateRows({ candidates, champion }) {
  const names = Object.keys(candidates).sort((one, other) => (other === champion) - (one === champion));
  return names.map((name) => {
    const { accuracy, loss, blessed, reasons } = candidates[name];
    const refusal = `refused: ${reasons.join("; ")}`;
    const decision = name === champion ? "pushed" : blessed ? "passed, not the best" : refusal;
    return [name, orUnknown(accuracy, percent), orUnknown(loss, (value) => value.toFixed(4)), decision];
  });
}

/** What was checked before the push: whether it holds, in a sentence. */
export function checks({ evaluation, parity }) {
  return [...(evaluation ? thresholdChecks(evaluation) : []), parityCheck(parity)];
}

function thresholdChecks({ candidates, champion, thresholds }) {
  const { accuracy } = candidates[champion];
  const { min_accuracy: least, max_accuracy_drop: drop, previous_version: version, previous_accuracy: before } = thresholds;
  const reached = { holds: accuracy >= least, text: `Accuracy ${orUnknown(accuracy, percent)}; at least ${percent(least)} was asked for` };
  if (version === null) return [reached, { holds: true, text: "The first version: there was none to compare it with" }];
  const allowed = drop ? `; ${percent(drop)} less is allowed` : "";
  return [reached, { holds: accuracy >= before - drop - 1e-9, text: `Version ${version}, pushed before it, has ${percent(before)}${allowed}` }];
}

function parityCheck(parity) {
  const measured = [parity.saved_model_max_abs_diff, parity.onnx_max_abs_diff].filter((each) => each !== null);
  const difference = measured.length ? Math.max(...measured).toExponential(1) : "unknown";
  const verdict = parity.passed ? "The exports answer as the trained model" : "The exports do NOT answer as the trained model";
  return { holds: parity.passed, text: `${verdict}: within ${difference} on ${count(parity.images)} images` };
}

/** The classes by name, with images and accuracy where the evaluation has them: title, column heads and rows. */
export function classTable({ class_names: names, evaluation }) {
  const sorted = [...names].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
  if (!evaluation) return { title: `${names.length} classes`, heads: [], rows: sorted.map((name) => [name]) };
  const { images, classes } = evaluation;
  const totals = SPLITS.map((split) => `${count(total(images[split]))} ${split}`).join(", ");
  return {
    title: `${names.length} classes; images: ${totals}`,
    heads: [...SPLITS, "right in test"],
    rows: sorted.map((name) => [
      name,
      ...SPLITS.map((split) => count(images[split]?.[name] ?? 0)),
      orUnknown(classes[name]?.accuracy, percent),
    ]),
  };
}

/** Terms and values that lead back to where the version came from. */
export function facts(version) {
  return [
    ["Trained", `in ${Math.round(version.train_seconds)} s, exported ${version.created_at.slice(0, 16).replace("T", " ")}`],
    ["Runs on", `${version.backend} backend`],
    ["Made with", Object.entries(version.packages).map(([name, number]) => `${name} ${number}`).join(", ")],
    ...Object.entries(version.lineage).map(([name, id]) => [`From ${name}`, id.length > 16 ? `${id.slice(0, 12)}...` : id]),
  ];
}
