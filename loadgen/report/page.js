'use strict';
// Tables and texts, the reader's choices, and when the plots are drawn.

/// The texts of the data are bytes, one a character: mostly UTF-8, and then shown as such.
function decoded(key, value) {
  if (typeof value !== 'string' || !/[\u0080-\u00ff]/.test(value)) return value;
  try {
    const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return value;
  }
}

const runs = JSON.parse(document.getElementById('data').textContent, decoded).runs;
const isAlone = runs.length === 1;
const byId = (id) => document.getElementById(id);

/// An element with attributes and children; texts are texts, never markup.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

function table(head, rows, attributes) {
  const headRow = head ? [make('thead', {}, make('tr', {}, head))] : [];
  return make('table', attributes, headRow, make('tbody', {}, rows.map((row) => make('tr', {}, row))));
}
const number = (text, more) => make('td', {class: `n ${more || ''}`.trim()}, text);
const heading = (text, more) => make('th', {scope: 'col', class: more || ''}, text);
const rowName = (...content) => make('th', {scope: 'row'}, ...content);
const runName = (run, i) => [make('span', {class: `dot run-${i % 6}`}), run.name];

function verdictOf(run) {
  if (run.problems.length > 0) return ['doubt', 'INVALID'];
  if (run.assertions.some((assertion) => !assertion.passed)) return ['bad', 'FAILED'];
  return ['good', run.assertions.length > 0 ? 'PASSED' : 'VALID'];
}
const badge = ([kind, text]) => make('span', {class: `badge ${kind}`}, text);

const settingOf = (run, name) => (run.settings.find(([key]) => key === name) || [])[1];
const percentileOf = (run, label) => run.percentiles.find((row) => row.label === label);
function shareText(part, whole) {
  const percent = whole > 0 ? 100 * part / whole : 0;
  if (part > 0 && percent < 0.01) return '<0.01 %';
  if (part < whole && percent > 99.99) return '>99.99 %';
  return `${Number(percent.toFixed(2))} %`;
}

function fillHead() {
  const run = runs[0];
  const title = isAlone ? settingOf(run, 'Target') : `${runs.length} runs compared`;
  byId('head').append(make('p', {class: 'eyebrow'}, `iotcpd-loadgen ${settingOf(run, 'Version')} · ${settingOf(run, 'Started')}`));
  byId('head').append(make('h1', {}, title, isAlone ? badge(verdictOf(run)) : ''));
  document.title = `${isAlone ? title : runs.map((each) => each.name).join(', ')} – iotcpd-loadgen`;
  if (!isAlone) return;
  const words = [settingOf(run, 'Load'), settingOf(run, 'Rate'), settingOf(run, 'Arrivals') && `${settingOf(run, 'Arrivals')} arrivals`,
                 settingOf(run, 'Think time') && `think time ${settingOf(run, 'Think time')}`,
                 `connections: ${settingOf(run, 'Connections')}`, `measured for ${settingOf(run, 'Measured')}`];
  byId('head').append(make('p', {class: 'lead'}, words.filter(Boolean).join(' · ')));
  if (run.problems.length > 0) {
    byId('head').append(make('p', {class: 'notice'}, `The figures below are not to be trusted. ${run.problems.join(' ')}`));
  }
}

function card(name, value, note, kind) {
  const [, figure, unit] = /^(\S+)\s*(.*)$/.exec(value);
  return make('div', {class: `card ${kind || ''}`.trim()}, make('div', {class: 'name'}, name),
              make('div', {class: 'value'}, figure, make('span', {class: 'unit'}, unit ? ` ${unit}` : '')),
              make('div', {class: 'note'}, note));
}

function percentileCard(run, label) {
  const row = percentileOf(run, label);
  if (row.latency === null) return card(label, '–', row.why);
  return card(label, formatMs(row.latency), `service ${formatMs(row.service)}`);
}

function fillSummary() {
  if (isAlone) {
    const run = runs[0];
    const target = run.target_rate > 0 ? `${(100 * run.rate / run.target_rate).toFixed(1)} % of ${formatRate(run.target_rate)} planned` : 'ok replies';
    byId('summary').append(make('div', {class: 'cards'},
      card('Rate', formatRate(run.rate).replace('/s', ' /s'), target),
      ['p50', 'p99', 'p99.9'].map((label) => percentileCard(run, label)),
      card('Max', formatMs(run.max[0]), `service ${formatMs(run.max[1])}`),
      card('Errors', formatCount(run.errors), `of ${formatCount(run.planned)} planned`, run.errors > 0 ? 'bad' : '')));
    return;
  }
  const labels = ['p50', 'p90', 'p99', 'p99.9'];
  const head = [heading('Run'), heading('Verdict'), ...['Rate', ...labels, 'Max', 'Errors'].map((text) => heading(text, 'n'))];
  byId('summary').append(table(head, runs.map((run, i) => [
    rowName(runName(run, i)), make('td', {}, badge(verdictOf(run))), number(formatRate(run.rate)),
    ...labels.map((label) => number(formatMs(percentileOf(run, label).latency))),
    number(formatMs(run.max[0])), number(formatCount(run.errors)),
  ])));
}

function fillPercentiles() {
  const replies = runs.map((run) => formatCount(run.outcomes.ok)).join(' / ');
  byId('percentile-caption').textContent =
    `Each point says what share of the ok replies (${replies}) came within that time, tail to the right. ` +
    'From the due time is what a user would have felt; from the send, what the service took. ' +
    (isAlone ? 'Shaded: the 95 % confidence interval. ' : '') + 'Dotted: beyond what so many samples can tell.';
  if (!isAlone) return;
  const run = runs[0];
  const rows = run.percentiles.map((row) => [
    rowName(row.label), number(formatMs(row.latency)), number(formatMs(row.service)),
    number(row.why || (row.low !== undefined ? `${formatMs(row.low)} to ${formatMs(row.high)}` : ''), 'quiet'),
  ]);
  const halfWidth = run.mean_half_width === null ? '' : `± ${formatMs(run.mean_half_width)}`;
  rows.push([rowName('max'), number(formatMs(run.max[0])), number(formatMs(run.max[1])), number('')]);
  rows.push([rowName('mean'), number(formatMs(run.mean[0])), number(formatMs(run.mean[1])), number(halfWidth, 'quiet')]);
  byId('percentile-table').append(table(
    [heading(''), ...['Latency', 'Service time', '95 % interval of the latency'].map((text) => heading(text, 'n'))], rows));
}

function outcomeRows(name, counts) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kind = name === 'ok' ? '' : name === 'censored' ? 'censored' : 'bad';
  const share = total > 0 ? 100 * (counts[name] || 0) / total : 0;
  const bar = make('i', {class: kind});
  bar.style.width = `${share}%`;
  return [make('td', {class: 'bar'}, counts[name] ? bar : ''), number(formatCount(counts[name] || 0)),
          number(shareText(counts[name] || 0, total), 'quiet')];
}

function fillOutcomes() {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.outcomes)))];
  const head = isAlone ? null : [heading(''), ...runs.map((run, i) => heading(runName(run, i), 'n'))];
  const rows = names.map((name) => isAlone
    ? [rowName(name), ...outcomeRows(name, runs[0].outcomes)]
    : [rowName(name), ...runs.map((run) => number(formatCount(run.outcomes[name] || 0)))]);
  if (head) head.slice(1).forEach((cell, i) => { cell.replaceChildren(...runName(runs[i], i)); });
  byId('outcomes').append(table(head, rows));
  for (const run of runs) {
    const behaviours = Object.entries(run.misbehaved);
    if (behaviours.length === 0) continue;
    byId('outcomes').append(make('h3', {}, isAlone ? 'Misbehaving clients' : `Misbehaving clients, ${run.name}`));
    byId('outcomes').append(table(null, behaviours.map(([name, counts]) => [
      rowName(name), make('td', {}, Object.entries(counts).filter(([, count]) => count > 0)
        .map(([outcome, count]) => `${outcome} ${formatCount(count)}`).join(', ')),
    ])));
    byId('outcomes').append(make('p', {class: 'caption'}, 'They are part of the load and in no other figure.'));
  }
}

function fillVerdicts() {
  const item = (kind, word, text) => make('li', {}, badge([kind, word]), make('span', {}, text));
  for (const [i, run] of runs.entries()) {
    const items = run.problems.map((text) => item('doubt', 'INVALID', text));
    if (items.length === 0) items.push(item('good', 'VALID', 'The generator kept to its plan: nothing it has seen of itself makes the figures doubtful.'));
    items.push(...run.warnings.map((text) => item('doubt', 'NOTE', text)));
    items.push(...run.assertions.map((assertion) => assertion.passed
      ? item('good', 'PASSED', `${assertion.text}: it was ${assertion.actual}`)
      : item('bad', 'FAILED', `${assertion.text}: it was ${assertion.actual}`)));
    if (!isAlone) byId('verdict-list').append(make('h3', {}, runName(run, i)));
    byId('verdict-list').append(make('ul', {class: 'verdicts'}, items));
  }
}

/// Rows of [name, value] of all runs side by side; a name that repeats keeps its order.
function pairsTable(key) {
  const names = [];
  for (const run of runs) {
    const seen = new Map();
    for (const [name] of run[key]) {
      seen.set(name, (seen.get(name) || 0) + 1);
      if (!names.some(([other, nth]) => other === name && nth === seen.get(name))) names.push([name, seen.get(name)]);
    }
  }
  const valueOf = (run, [name, nth]) => (run[key].filter(([other]) => other === name)[nth - 1] || [])[1];
  const isCode = (name) => ['Command', 'Request', 'command'].includes(name);
  const head = isAlone ? null : [heading(''), ...runs.map((run, i) => make('th', {scope: 'col'}, runName(run, i)))];
  return table(head, names.map((name) => [
    rowName(name[0]), ...runs.map((run) => make('td', {}, isCode(name[0]) && valueOf(run, name)
      ? make('code', {}, valueOf(run, name)) : valueOf(run, name) || '–')),
  ]), {class: 'settings'});
}

const spread = (run) => run.curve.length ? run.max[0] / Math.max(run.percentiles[0].latency || run.max[0], 1e-3) : 1;
const choice = {isLogarithmic: runs.some((run) => spread(run) > 12), percentile: 'p99'};
const plots = [
  ['percentiles', percentileChart], ['latency-time', latencyTimeChart],
  ['rate-time', rateTimeChart], ['histogram', histogramChart],
];

function drawPlots() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  for (const [id, configure] of plots) {
    const old = Chart.getChart(id);
    if (old) old.destroy();
    new Chart(byId(id), configure(runs, choice));
  }
}

function offerChoice(place, options, current, onChoice) {
  const buttons = options.map(([text, value]) => {
    const button = make('button', {type: 'button', 'aria-pressed': String(value === current)}, text);
    button.addEventListener('click', () => {
      buttons.forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
      onChoice(value);
      drawPlots();
    });
    return button;
  });
  byId(place).append(make('div', {class: 'choice', role: 'group'}, buttons));
}

fillHead();
fillSummary();
fillPercentiles();
fillOutcomes();
fillVerdicts();
byId('settings').append(pairsTable('settings'));
byId('generator').append(pairsTable('generator'));
if (runs.some((run) => run.service.length > 0)) {
  byId('service').append(pairsTable('service'));
} else {
  byId('service-section').hidden = true;
  byId('service-section').parentElement.classList.add('single');
}
byId('time-caption').textContent =
  'At one significant digit. A percentile is left out where a point has too few replies for it.';
byId('foot').textContent = 'Latency is measured from the instant at which a request was due, so that waiting behind a slow service counts. This file is complete: it loads nothing.';
offerChoice('percentile-scale', [['logarithmic', true], ['linear', false]], choice.isLogarithmic,
            (value) => { choice.isLogarithmic = value; });
if (!isAlone) {
  offerChoice('time-controls', ['p50', 'p90', 'p99', 'max'].map((key) => [key, key]), choice.percentile,
              (value) => { choice.percentile = value; });
}
drawPlots();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawPlots);
// On paper the colours are those of the day.
window.addEventListener('beforeprint', drawPlots);
window.addEventListener('afterprint', drawPlots);
