const data = JSON.parse(document.getElementById("data").textContent);
const P = data.pool, G = data.groups, R = data.rows, N = data.count, M = G.count.length;
const SEVERITIES = ["rejects", "blocks", "explain", "info"];
const CHANGES = ["New", "Grown", "Unchanged"];
const at = (column, i) => Array.isArray(column) ? column[i] : column || 0;
const start = new Int32Array(M + 1);
for (let g = 0; g < M; g++) start[g + 1] = start[g] + G.listed[g];

// an issue: neighbouring groups of one rule, data set and variable
const issues = [];
for (let g = 0; g < M; g++) {
  const last = issues[issues.length - 1];
  if (last && ["severity", "rule", "dataset", "variable"].every(k => G[k][last.from] === G[k][g])) last.to = g + 1;
  else issues.push({ from: g, to: g + 1, open: false });
}
const opened = new Uint8Array(M);
const filter = { severity: new Set(), state: new Set(), dataset: "", owner: "", text: "" };
const hit = new Uint8Array(N).fill(1);
const groupCount = Int32Array.from(G.count), groupSubjects = Int32Array.from(G.subjects);
const SEARCHED = Object.keys(R).filter(k => data.texts.includes(k));
const GROUP_SEARCHED = ["rule", "dataset", "variable", "value", "explanation", "title"];

function groupPasses(g) {
  const f = filter, state = f.state;
  if (f.severity.size && !f.severity.has(G.severity[g])) return false;
  if (f.dataset && P[G.dataset[g]] !== f.dataset) return false;
  const changes = CHANGES.filter(c => state.has(c));
  if (changes.length && !changes.includes(CHANGES[G.change[g]])) return false;
  if (state.has("Explained") !== state.has("Open")) {
    const isOpen = !G.explained[g] && !G.asked[g] && G.severity[g] < 3;
    if (state.has("Open") ? !isOpen : !G.explained[g]) return false;
  }
  return true;
}

function poolHits(words) {
  const low = P.low || (P.low = P.map(s => s.toLowerCase()));
  return words.map(w => { const h = new Uint8Array(P.length); for (let i = 0; i < h.length; i++) if (low[i].includes(w)) h[i] = 1; return h; });
}

function applyFilter() {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean), hits = poolHits(words);
  const owner = filter.owner === "" ? -1 : P.indexOf(filter.owner);
  const columns = SEARCHED.filter(k => Array.isArray(R[k])).map(k => R[k]);
  const fixed = hits.map(h => SEARCHED.some(k => !Array.isArray(R[k]) && h[R[k]]));
  for (let g = 0; g < M; g++) {
    const ok = groupPasses(g);
    const whole = hits.map((h, w) => fixed[w] || GROUP_SEARCHED.some(k => h[G[k][g]]));
    for (let i = start[g]; i < start[g + 1]; i++) {
      let pass = ok && (owner < 0 || at(R.owner, i) === owner);
      for (let w = 0; pass && w < hits.length; w++) pass = whole[w] || columns.some(c => hits[w][c[i]]);
      hit[i] = pass ? 1 : 0;
    }
  }
  recount();
}

function recount() {
  const seen = new Int32Array(P.length).fill(-1), issueSeen = new Int32Array(P.length).fill(-1);
  issues.forEach((issue, n) => {
    issue.count = issue.subjects = 0;
    for (let g = issue.from; g < issue.to; g++) {
      let count = 0, subjects = 0;
      for (let i = start[g]; i < start[g + 1]; i++) {
        if (!hit[i]) continue;
        count++;
        const s = at(R.subject, i);
        if (!P[s]) continue;
        if (seen[s] !== g) { seen[s] = g; subjects++; }
        if (issueSeen[s] !== n) { issueSeen[s] = n; issue.subjects++; }
      }
      if (count === G.listed[g]) { // all that is listed passes, and so does what is only counted
        count = G.count[g];
        subjects = Math.max(subjects, G.subjects[g]); issue.subjects = Math.max(issue.subjects, subjects);
      }
      groupCount[g] = count; groupSubjects[g] = subjects; issue.count += count;
    }
  });
}

// the rows on screen: kind 1 an issue, 2 a group, 3 a record
let kinds = new Uint8Array(0), refs = new Int32Array(0), order = [], shownFindings = 0;
function flatten() {
  const k = [], r = [];
  shownFindings = 0;
  for (const n of order) {
    const issue = issues[n];
    if (!issue.count) continue;
    shownFindings += issue.count;
    k.push(1); r.push(n);
    if (!issue.open) continue;
    for (let g = issue.from; g < issue.to; g++) {
      if (!groupCount[g]) continue;
      k.push(2); r.push(g);
      if (opened[g]) for (let i = start[g]; i < start[g + 1]; i++) if (hit[i]) { k.push(3); r.push(i); }
    }
  }
  kinds = Uint8Array.from(k); refs = Int32Array.from(r);
}

const sorts = {
  severity: (a, b) => G.severity[issues[a].from] - G.severity[issues[b].from] || settled(a) - settled(b), // what is open comes first
  rule: (a, b) => text("rule", a).localeCompare(text("rule", b)),
  dataset: (a, b) => text("dataset", a).localeCompare(text("dataset", b)),
  variable: (a, b) => text("variable", a).localeCompare(text("variable", b)),
  count: (a, b) => issues[b].count - issues[a].count,
  subjects: (a, b) => issues[b].subjects - issues[a].subjects,
};
function settled(n) {
  for (let g = issues[n].from; g < issues[n].to; g++) if (!G.explained[g]) return 0;
  return 1;
}
function text(column, issue) { return P[G[column][issues[issue].from]]; }
function sortBy(name) {
  order = issues.map((_, i) => i).sort((a, b) => sorts[name](a, b) || a - b);
}
sortBy("severity");

function groupOf(i) {
  let low = 0, high = M;
  while (high - low > 1) { const mid = (low + high) >> 1; if (start[mid] <= i) low = mid; else high = mid; }
  return low;
}
function issueOf(g) {
  let low = 0, high = issues.length;
  while (high - low > 1) { const mid = (low + high) >> 1; if (issues[mid].from <= g) low = mid; else high = mid; }
  return low;
}
function keyOf(i) {
  const names = data.keys[at(R.names, i)] || [];
  return names.map((name, n) => [name, P[at(R["k" + n], i)]]);
}
