'use strict';
// The plots. Each is a function from the runs and what the reader has chosen to a Chart; all are
// drawn anew when the colours change or a choice is made.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const runColour = (i) => css(`--run-${i % 6}`);
const faint = (colour, alpha) => colour + Math.round(alpha * 255).toString(16).padStart(2, '0');

/// Three digits, as many as a histogram has.
function formatMs(ms) {
  if (ms === null || ms === undefined) return '–';
  const digits = (x) => x < 1000 ? x.toPrecision(3) : Math.round(x).toLocaleString('en');
  if (ms < 0.9995) return `${digits(ms * 1000)} µs`;
  return ms < 999.5 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}
/// Of an axis: "2 ms", not "2.00 ms".
const formatTick = (ms) => formatMs(ms).replace(/\.0+(?= )|(\.\d*?)0+(?= )/, '$1');
const formatCount = (n) => Math.round(n).toLocaleString('en');
const formatRate = (r) => `${r < 100 ? r.toFixed(1) : formatCount(r)}/s`;
const formatSeconds = (s) => s < 120
  ? `${Number(s.toFixed(2))} s`
  : `${Math.floor(s / 60)}:${String(Math.round(s % 60)).padStart(2, '0')}`;

/// 100 -> "99 %", 1000 -> "99.9 %".
function formatPercentile(reciprocal) {
  const decimals = Math.max(0, Math.ceil(Math.log10(reciprocal) - 1e-9) - 2 + 1);
  const percent = 100 - 100 / reciprocal;
  return `${Number(percent.toFixed(Math.max(decimals, reciprocal < 10 ? 0 : 1)))} %`;
}

/// A line down from where the pointer is.
const crosshair = {
  id: 'crosshair',
  afterDatasetsDraw(chart) {
    const active = chart.tooltip && chart.tooltip.getActiveElements();
    if (!active || active.length === 0) return;
    const {ctx, chartArea} = chart;
    ctx.save();
    ctx.strokeStyle = css('--quiet');
    ctx.globalAlpha = 0.5;
    ctx.beginPath();
    ctx.moveTo(active[0].element.x, chartArea.top);
    ctx.lineTo(active[0].element.x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};

const axisTitle = (text) => ({display: true, text, color: css('--quiet'), font: {size: 12}});
const grid = () => ({color: css('--rule'), drawBorder: false, tickLength: 4});

function latencyAxis(isLogarithmic) {
  const axis = {
    type: isLogarithmic ? 'logarithmic' : 'linear',
    title: axisTitle('latency'),
    grid: grid(),
    ticks: {color: css('--quiet'), maxTicksLimit: 9, callback: (value) => formatTick(value)},
  };
  if (isLogarithmic) {
    axis.afterBuildTicks = (scale) => thinOut(scale);
  } else {
    axis.beginAtZero = true;
    axis.ticks.callback = (value) => value === 0 ? '0' : formatTick(value);
  }
  return axis;
}

/// Of a logarithmic axis 1, 2, 5 of each decade, or 1 alone when there are many.
function thinOut(scale) {
  const first = (value) => Number(value.toExponential()[0]);
  const exact = (value) => Math.abs(value / 10 ** Math.floor(Math.log10(value) + 1e-9) - first(value)) < 1e-6;
  const keep = scale.max / scale.min > 3000 ? [1] : [1, 2, 5];
  scale.ticks = scale.ticks.filter((tick) => exact(tick.value) && keep.includes(first(tick.value)));
}

function timeAxis() {
  return {
    type: 'linear',
    title: axisTitle('time since the start of the schedule'),
    grid: {...grid(), color: 'transparent'},
    ticks: {color: css('--quiet'), maxTicksLimit: 9, maxRotation: 0, callback: formatSeconds},
  };
}

function baseOptions(scales, callbacks, mode) {
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    normalized: true,
    interaction: {mode: mode || 'nearest', axis: 'x', intersect: false},
    layout: {padding: {top: 4, right: 10}},
    scales,
    plugins: {
      legend: {
        align: 'start',
        labels: {
          color: css('--ink'), usePointStyle: true, pointStyle: 'line', boxWidth: 26, padding: 14,
          filter: (item) => item.text !== undefined,
        },
      },
      tooltip: {
        backgroundColor: css('--card'), borderColor: css('--rule'), borderWidth: 1,
        titleColor: css('--ink'), bodyColor: css('--ink'), padding: 10, boxPadding: 5,
        usePointStyle: true, filter: (item) => item.dataset.label !== undefined, callbacks,
      },
    },
  };
}

function line(label, data, colour, more) {
  return {
    label, data, borderColor: colour, backgroundColor: colour, borderWidth: 2, pointRadius: 0,
    pointHitRadius: 6, pointHoverRadius: 3, pointStyle: 'line', tension: 0, fill: false, ...more,
  };
}

/// Thin and dotted from `end` on.
const dottedBeyond = (end, colour, dash) => ({
  borderDash: (context) => context.p1.parsed.x > end * 1.0001 ? [2, 4] : dash,
  borderColor: (context) => context.p1.parsed.x > end * 1.0001 ? faint(colour, 0.65) : colour,
});

function band(run, colour) {
  const side = (i) => run.curve.filter((row) => row[2] !== null).map((row) => ({x: row[0], y: row[i]}));
  const edge = {borderWidth: 0, pointRadius: 0, pointHitRadius: 0, pointHoverRadius: 0};
  return [
    {...edge, data: side(2), fill: '+1', backgroundColor: faint(colour, 0.16)},
    {...edge, data: side(3), fill: false},
  ];
}

function percentileChart(runs, choice) {
  const isAlone = runs.length === 1;
  const datasets = runs.flatMap((run, i) => {
    const column = (k) => run.curve.map((row) => ({x: row[0], y: row[k]}));
    const [due, sent] = [runColour(i), isAlone ? runColour(1) : runColour(i)];
    const names = isAlone ? ['latency, from the due time', 'service time, from the send']
                          : [`${run.name}, from the due time`, `${run.name}, from the send`];
    return [
      line(names[0], column(1), due, {segment: dottedBeyond(run.trusted, due), order: 1}),
      line(names[1], column(4), sent, {
        borderWidth: 1.6, borderDash: [7, 4], segment: dottedBeyond(run.trusted, sent, [7, 4]), order: 2,
      }),
      ...(isAlone ? band(run, due) : []),
    ];
  });
  const most = Math.max(10, ...runs.map((run) => run.curve.length ? run.curve[run.curve.length - 1][0] : 1));
  const ticks = [1, 2, 4, 10, 20, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].filter((x) => x <= most);
  const x = {
    type: 'logarithmic', min: 1, max: most, title: axisTitle('percentile'), grid: grid(),
    afterBuildTicks: (scale) => { scale.ticks = ticks.map((value) => ({value})); },
    ticks: {color: css('--quiet'), maxRotation: 0, autoSkip: true, callback: formatPercentile},
  };
  return {
    type: 'line', data: {datasets}, plugins: [crosshair],
    options: baseOptions({x, y: latencyAxis(choice.isLogarithmic)}, {
      title: (items) => items.length ? `${formatPercentile(items[0].parsed.x)} of replies within` : '',
      label: (item) => ` ${formatMs(item.parsed.y)}   ${item.dataset.label}`,
    }, 'x'),
  };
}

const middles = (timeline) => timeline.t.map((t, i) => t + timeline.length[i] / 2);

function overTime(timeline, key) {
  const times = middles(timeline);
  return timeline[key].map((y, i) => ({x: times[i], y}));
}

const timeTitle = (items) => items.length ? `at ${formatSeconds(items[0].parsed.x)}` : '';

function latencyTimeChart(runs, choice) {
  const dots = (run) => ({pointRadius: run.timeline.t.length > 60 ? 0 : 1.5});
  const datasets = runs.length > 1
    ? runs.map((run, i) => line(`${run.name}, ${choice.percentile}`, overTime(run.timeline, choice.percentile),
                                runColour(i), dots(run)))
    : ['max', 'p99', 'p90', 'p50'].map((key, i) => line(
      key, overTime(runs[0].timeline, key), [css('--run-5'), css('--run-1'), css('--run-3'), css('--run-0')][i],
      {...dots(runs[0]), borderWidth: key === 'max' ? 1.2 : 2, borderDash: key === 'max' ? [3, 3] : [],
       order: 4 - i}));
  return {
    type: 'line', data: {datasets}, plugins: [crosshair],
    options: baseOptions({x: timeAxis(), y: latencyAxis(choice.isLogarithmic)}, {
      title: timeTitle, label: (item) => ` ${formatMs(item.parsed.y)}   ${item.dataset.label}`,
    }),
  };
}

function rateDatasets(run) {
  const target = run.target_rate > 0 && run.timeline.t.length > 0
    ? [line('planned, on average', [0, run.timeline.t.length - 1].map((i) => ({
      x: middles(run.timeline)[i], y: run.target_rate})), css('--quiet'),
            {borderDash: [4, 4], borderWidth: 1.2})]
    : [];
  const ok = css('--good');
  const bad = css('--bad');
  return [
    line('ok', overTime(run.timeline, 'ok'), ok, {fill: 'origin', backgroundColor: faint(ok, 0.1), order: 3}),
    line('errors', overTime(run.timeline, 'errors'), bad, {fill: 'origin', backgroundColor: faint(bad, 0.15), order: 1}),
    line('sent', overTime(run.timeline, 'sent'), css('--run-0'), {borderWidth: 1.2, order: 2}),
    ...target,
  ];
}

function rateTimeChart(runs) {
  const datasets = runs.length === 1
    ? rateDatasets(runs[0])
    : runs.flatMap((run, i) => [
      line(`${run.name}, ok`, overTime(run.timeline, 'ok'), runColour(i), {}),
      ...(run.errors > 0 ? [line(`${run.name}, errors`, overTime(run.timeline, 'errors'), runColour(i),
                                 {borderDash: [3, 3], borderWidth: 1.4})] : []),
    ]);
  const y = {
    beginAtZero: true, title: axisTitle('per second'), grid: grid(),
    ticks: {color: css('--quiet'), maxTicksLimit: 7, callback: (value) => value.toLocaleString('en')},
  };
  return {
    type: 'line', data: {datasets}, plugins: [crosshair],
    options: baseOptions({x: timeAxis(), y}, {
      title: timeTitle, label: (item) => ` ${formatRate(item.parsed.y)}   ${item.dataset.label}`,
    }),
  };
}

/// Steps over the ranges of all runs, in per cent of the replies of each.
function histogramChart(runs) {
  const edges = [...new Set(runs.flatMap((run) => run.bins.map((bin) => bin[0].toPrecision(6))))]
    .sort((a, b) => a - b);
  const ratio = 10 ** (1 / 16);
  const steps = (run, column) => {
    const counts = new Map(run.bins.map((bin) => [bin[0].toPrecision(6), bin[column]]));
    const total = run.bins.reduce((sum, bin) => sum + bin[column], 0) || 1;
    const points = edges.map((edge) => ({x: Number(edge), y: 100 * (counts.get(edge) || 0) / total,
                                         count: counts.get(edge) || 0}));
    return points.length ? [...points, {x: points[points.length - 1].x * ratio, y: 0, count: 0}] : [];
  };
  const isAlone = runs.length === 1;
  const step = {stepped: 'before', borderWidth: 1.6};
  // 'before' draws from a point's left neighbour: a range's height belongs to its upper edge.
  const shifted = (points) => points.map((point, i) => i === 0
    ? {x: point.x, y: 0, count: 0} : {x: point.x, y: points[i - 1].y, count: points[i - 1].count});
  const datasets = runs.flatMap((run, i) => {
    const colour = runColour(i);
    const name = isAlone ? 'latency, from the due time' : run.name;
    return [
      line(name, shifted(steps(run, 2)), colour, {...step, fill: 'origin', backgroundColor: faint(colour, isAlone ? 0.25 : 0.12)}),
      ...(isAlone ? [line('service time, from the send', shifted(steps(run, 3)), runColour(1), {...step, borderDash: [5, 3]})] : []),
    ];
  });
  const x = {
    type: 'logarithmic', title: axisTitle('latency'), grid: {...grid(), color: 'transparent'},
    afterBuildTicks: thinOut,
    min: edges.length ? Number(edges[0]) : undefined,
    max: edges.length ? Number(edges[edges.length - 1]) * ratio : undefined,
    ticks: {color: css('--quiet'), maxRotation: 0, callback: (value) => formatTick(value)},
  };
  const y = {
    beginAtZero: true, title: axisTitle('share of the replies'), grid: grid(),
    ticks: {color: css('--quiet'), maxTicksLimit: 7, callback: (value) => `${Number(value.toFixed(2))} %`},
  };
  return {
    type: 'line', data: {datasets}, plugins: [crosshair],
    options: baseOptions({x, y}, {
      title: (items) => items.length
        ? `${formatMs(items[0].parsed.x / ratio)} to ${formatMs(items[0].parsed.x)}` : '',
      label: (item) => ` ${item.parsed.y.toFixed(2)} % (${formatCount(item.raw.count)})   ${item.dataset.label}`,
    }, 'x'),
  };
}
