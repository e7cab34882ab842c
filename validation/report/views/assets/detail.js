const HAPPENS = {
  rejects: "The gateway would reject the submission.", blocks: "The database lock is blocked until this is resolved.",
  explain: "It must be explained in the reviewer\u2019s guide.", info: "Good to know; nothing has to be done.",
};
function facts(pairs) {
  const dl = el("dl");
  for (const [name, content] of pairs) if (content !== "" && content !== undefined) dl.append(el("dt", "", name), el("dd", "", content));
  return dl;
}
function part(box, heading, ...nodes) {
  const kept = nodes.filter(Boolean);
  if (kept.length) box.append(el("h3", "", heading), ...kept);
}
const para = text => text && el("p", "", shown(text));

function detail(kind, ref) {
  const box = $("detail");
  box.replaceChildren();
  box.scrollTop = 0;
  if (!kind) { box.append(el("p", "note", N ? "Nothing is shown; clear a filter." : "There is nothing to look at.")); return; }
  const g = kind === 1 ? firstShown(issues[ref]) : kind === 2 ? ref : groupOf(ref);
  const issue = issues[issueOf(g)], single = issue.to - issue.from === 1;
  if (kind === 3) recordPart(box, ref);
  if (kind >= 2 || single) groupPart(box, g);
  rulePart(box, g, kind === 1 ? issue : null);
  if (data.waivable.includes(G.severity[g]) && !G.explained[g] && !G.asked[g] && !P[G.rule[g]].startsWith("VAL9")) waiverPart(box, g, kind === 1 && !single ? issue : null);
}
function firstShown(issue) { let g = issue.from; while (g < issue.to - 1 && !groupCount[g]) g++; return g; }
function shownValues(issue) { let n = 0; for (let g = issue.from; g < issue.to; g++) n += groupCount[g] > 0; return n; }
// the entry as it would stand in waivers.yaml; who, when and why are for people to fill in
function waiverPart(box, g, issue) {
  const quoted = c => escapeHidden(JSON.stringify(P[c])), lines = ["  - rule: " + quoted(G.rule[g]), "    dataset: " + quoted(G.dataset[g])];
  if (P[G.variable[g]]) lines.push("    variable: " + quoted(G.variable[g]));
  lines.push(issue ? "    at-most: " + issue.count : "    values: [" + quoted(G.value[g]) + "]", "    reason: ", "    author: ", "    date: ", "    review_by: ");
  const block = el("details", "", [el("summary", "", "If it cannot be fixed: entry for waivers.yaml"), el("code", "src", lines.join("\n"))]);
  part(box, "Explain", block);
}
function recordPart(box, i) {
  const head = el("div", "big", at(R.record, i) ? "Record " + number(at(R.record, i)) : "Data set or file");
  part(box, "Finding", head, para(P[at(R.message, i)]), P[at(R.hint, i)] && el("p", "muted", "Hint: " + shown(P[at(R.hint, i)])),
    facts(keyOf(i).map(([name, v]) => [name, value(v)])), facts([["owner", P[at(R.owner, i)]]]));
  const file = P[at(R.raw_file, i)];
  if (file) part(box, "Raw cell", facts([["file", el("span", "mono", shown(file))], ["row", at(R.raw_row, i) ? number(at(R.raw_row, i)) : ""],
    ["column", P[at(R.raw_column, i)] && el("span", "mono", shown(P[at(R.raw_column, i)]))], ["verbatim", P[at(R.raw_text, i)] && value(P[at(R.raw_text, i)])]]));
  const spec = P[at(R.spec_file, i)];
  if (spec) part(box, "Specification", specPlace(i, spec), sourceLine(i));
  const more = P[at(R.details, i)];
  if (more) part(box, "Values and details", facts(Object.entries(JSON.parse(more)).map(([k, v]) => [k, value(String(v))])));
}
function specPlace(i, file) {
  const line = at(R.spec_line, i), column = at(R.spec_column, i);
  return el("p", "mono", shown(file) + (line ? ":" + line + (column ? ":" + column : "") : ""));
}
function sourceLine(i) {
  const source = P[at(R.spec_source, i)], from = at(R.spec_column, i) - 1, length = at(R.spec_length, i);
  if (!source) return null;
  if (from < 0 || !length) return el("code", "src", shown(source));
  return el("code", "src", [source.slice(0, from), el("b", "", source.slice(from, from + length)), source.slice(from + length), "\n", " ".repeat(from), el("b", "", "^".repeat(length))]);
}
function groupPart(box, g) {
  const before = G.previous[g], now = G.count[g];
  part(box, "Value", el("div", "big", value(P[G.value[g]])), facts([
    ["findings", number(now) + (groupCount[g] !== now ? ", " + number(groupCount[g]) + " shown" : "")], ["subjects", G.subjects[g] ? number(G.subjects[g]) : ""],
    ["change", CHANGES[G.change[g]] + (before ? " (before: " + number(before) + ")" : "")], ["first seen", P[G.first[g]]]]));
  if (!G.explained[g] && !G.asked[g]) return;
  const who = [P[G.author[g]], P[G.review[g]] && "review by " + P[G.review[g]]].filter(Boolean).join(", ");
  part(box, G.asked[g] ? "Asked" : "Explanation", el("div", "box ok", [el("p", "", shown(P[G.explanation[g]])), el("p", "muted", shown(who))]));
}
function rulePart(box, g, issue) {
  const level = SEVERITIES[G.severity[g]], rule = data.rules[P[G.rule[g]]] || {};
  const place = [P[G.dataset[g]], P[G.variable[g]]].filter(Boolean).join(".");
  part(box, "Rule", el("div", "big " + level, [icon(level), shown(P[G.rule[g]])]), para(P[G.title[g]]), el("p", "muted", HAPPENS[level]),
    facts([["where", el("span", "mono", shown(place))], ["findings", issue ? number(issue.count) : ""], ["subjects", issue && issue.subjects ? number(issue.subjects) : ""],
      ["values", issue ? number(shownValues(issue)) : ""], ["owner", P[G.owner[g]]], ["answers to", rule.ids || ""]]));
  const example = P[G.message[g]] !== P[G.title[g]] && issue ? P[G.message[g]] : "";
  part(box, "First message", para(example));
  part(box, "Why it matters", para(rule.why));
  part(box, "How to fix it", para(rule.fix));
  part(box, "Example", rule.example && el("code", "src wrap", shown(rule.example)));
}
