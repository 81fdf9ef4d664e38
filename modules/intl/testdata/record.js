// Prints cases for recorded_test.go: an expression and, after a tab, what node 20 makes of it, as JSON.
//
//   node record.js > recorded.txt        (node record.js 20 for twenty times as many)
'use strict';

let seed = 20;
const random = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return Math.floor((seed >>> 8) / 0x1000000 * n); };
const one = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;
const times = Number(process.argv[2] || 1);

function record(expression) {
  let value;
  try {
    value = eval(expression);
  } catch (e) {
    value = `${e.name}: ${e.message}`;
  }
  console.log(`${expression}\t${JSON.stringify(value === undefined ? null : value)}`);
}

function some(choices) {
  const o = {};
  for (const [name, [percent, values]] of Object.entries(choices)) {
    if (chance(percent)) o[name] = one(values);
  }
  return JSON.stringify(o);
}

const numbers = () => one(['0', '-0', '1', '-1', '1.5', '2.5', '-2.5', '0.05', '12', '999', '1000', '999.5', '999999', '1234.5', '12345', '1234567.891',
  '-9876.54321', '1e21', '1.5e-7', '0.000123', '123456789012', '1e15', 'NaN', 'Infinity', '-Infinity', '12345678901234567890n', '"98765.4321"', '1.005', '99.995', '0.5',
  String((random(2e9) - 1e9) / 10 ** random(9))]);

const finite = () => { for (;;) { const n = numbers(); if (!/NaN|Inf/.test(n)) return n; } };

const digits = {
  minimumIntegerDigits: [8, [1, 2, 3, 5]],
  minimumFractionDigits: [10, [0, 1, 2]],
  maximumFractionDigits: [12, [2, 3, 4, 0]],
  minimumSignificantDigits: [5, [1, 2, 3]],
  maximumSignificantDigits: [10, [3, 4, 7]],
  roundingMode: [10, ['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven']],
  roundingPriority: [6, ['auto', 'morePrecision', 'lessPrecision']],
  trailingZeroDisplay: [6, ['auto', 'stripIfInteger']],
};
const number = () => some({
  style: [70, ['decimal', 'percent', 'currency', 'unit']],
  currency: [100, ['USD', 'EUR', 'CHF', 'JPY', 'CAD', 'INR', 'KWD', 'XYZ', 'BRL']],
  currencyDisplay: [40, ['symbol', 'code', 'name', 'narrowSymbol']],
  currencySign: [20, ['standard', 'accounting']],
  unit: [100, ['liter', 'kilometer-per-hour', 'celsius', 'megabyte', 'mile-per-hour', 'day', 'foot', 'degree', 'kilobit-per-second', 'percent']],
  unitDisplay: [50, ['short', 'long', 'narrow']],
  notation: [40, ['standard', 'compact', 'scientific', 'engineering']],
  compactDisplay: [40, ['short', 'long']],
  signDisplay: [30, ['auto', 'never', 'always', 'exceptZero', 'negative']],
  useGrouping: [20, [true, false, 'min2', 'auto', 'always']],
  ...digits,
});
for (let i = 0; i < 260 * times; i++) record(`new Intl.NumberFormat("en-US", ${number()}).format(${numbers()})`);
for (let i = 0; i < 40 * times; i++) record(`new Intl.NumberFormat("en", ${number()}).formatToParts(${numbers()})`);
for (let i = 0; i < 20 * times; i++) {
  const o = number();
  if (!o.includes('stripIfInteger')) record(`new Intl.NumberFormat("en", ${o}).resolvedOptions()`); // V8 forgets the priority then
}
for (let i = 0; i < 40 * times; i++) record(`new Intl.NumberFormat("en", ${number()}).formatRange(${finite()}, ${finite()})`);
for (let i = 0; i < 20 * times; i++) record(`(${numbers()}).toLocaleString(undefined, ${number()})`);

const zones = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Auckland', 'America/St_Johns', 'Asia/Tokyo', 'Europe/London', 'US/Pacific', 'Europe/Dublin'];
// What a program asks for. (Of what none does, such as the day and the year, or the hour and the second, ICU's
// pattern depends on the widths; english does not follow it that far.)
const date = (zone = zones, dates = ['yMd', 'yMd', 'Md', 'yM', 'EyMd', 'EyMd', 'EMd', 'M', 'y', 'd', 'E', 'GyMd', 'GEyMd', '']) => {
  const letters = one(dates) +
    one(['', '', 'h', 'hm', 'hm', 'hms', 'ms', 'hmsS']);
  const fields = {
    E: { weekday: [100, ['short', 'long', 'narrow']] },
    G: { era: [100, ['short', 'long', 'narrow']] },
    y: { year: [100, ['numeric', '2-digit']] },
    M: { month: [100, ['numeric', '2-digit', 'short', 'long', 'narrow']] },
    d: { day: [100, ['numeric', '2-digit']] },
    h: { hour: [100, ['numeric', '2-digit']], dayPeriod: [12, ['short', 'long', 'narrow']], hour12: [15, [true, false]], hourCycle: [15, ['h11', 'h12', 'h23', 'h24']] },
    m: { minute: [100, ['numeric', '2-digit']] },
    s: { second: [100, ['numeric', '2-digit']] },
    S: { fractionalSecondDigits: [100, [1, 2, 3]] },
  };
  const choices = { timeZone: [100, zone] };
  for (const letter of letters) Object.assign(choices, fields[letter]);
  if (letters.includes('h')) choices.timeZoneName = [25, ['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric']];
  return some(choices);
};
const style = () => some({
  dateStyle: [60, ['full', 'long', 'medium', 'short']],
  timeStyle: [60, ['full', 'long', 'medium', 'short']],
  hour12: [20, [true, false]],
  timeZone: [100, zones],
});
const time = () => String(one([1e12, 1.1e12, 1700000000000, 1720000000000, 951782400000, 1704110400000]) + (chance(60) ? random(4e9) : 0));
for (let i = 0; i < 200 * times; i++) record(`new Intl.DateTimeFormat("en-US", ${date()}).format(${time()})`);
for (let i = 0; i < 30 * times; i++) record(`new Intl.DateTimeFormat("en-US", ${style()}).format(${time()})`);
for (let i = 0; i < 25 * times; i++) record(`new Intl.DateTimeFormat("en", ${date()}).formatToParts(${time()})`);
for (let i = 0; i < 20 * times; i++) record(`new Intl.DateTimeFormat("en", ${chance(30) ? style() : date()}).resolvedOptions()`);
for (let i = 0; i < 60 * times; i++) {
  const from = Number(time());
  const to = from + one([0, 5e3, 3e5, 4e6, 2e7, 9e7, 3e9, 4e10]);
  record(`new Intl.DateTimeFormat("en", ${chance(40) ? style() : date(['UTC'], ['yMd', 'Md', 'EyMd', 'EMd', 'GyMd', ''])}).formatRange(${from}, ${to})`);
}
for (const method of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
  for (let i = 0; i < 12 * times; i++) record(`new Date(${time()}).${method}("en-US", ${chance(30) ? style() : date()})`);
}

for (let i = 0; i < 25 * times; i++) {
  const o = some({ style: [70, ['long', 'short', 'narrow']], numeric: [60, ['auto', 'always']] });
  record(`new Intl.RelativeTimeFormat("en", ${o}).${one(['format', 'formatToParts'])}(${one([-2, -1, '-0', 0, 1, 2, 1.5, -1234.5])}, "${one(['year', 'quarters', 'month', 'weeks', 'day', 'hour', 'minutes', 'second'])}")`);
}
for (let i = 0; i < 15 * times; i++) {
  const o = some({ type: [80, ['conjunction', 'disjunction', 'unit']], style: [80, ['long', 'short', 'narrow']] });
  record(`new Intl.ListFormat("en", ${o}).${one(['format', 'formatToParts'])}(${JSON.stringify(['a', 'b', 'c', 'd'].slice(0, random(5)))})`);
}
for (let i = 0; i < 30 * times; i++) record(`new Intl.PluralRules("en", ${some({ type: [60, ['ordinal', 'cardinal']], ...digits })}).select(${one([0, 1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111, 1.5, -1, 'NaN'])})`);

const texts = ['a', 'A', 'á', 'ab', 'aB', 'a-b', 'a b', 'b', 'B', 'z', 'file1', 'file10', 'file2', 'File2', 'résumé', 'resume', 'Resume', 'coop', 'co-op', '', '_', '1', '10', '2', 'ß', 'ss', 'æ', '😀', '$', 'é', 'e\u0301'];
for (let i = 0; i < 60 * times; i++) {
  const o = some({ sensitivity: [50, ['base', 'accent', 'case', 'variant']], numeric: [30, [true, false]], caseFirst: [30, ['upper', 'lower', 'false']], ignorePunctuation: [25, [true, false]] });
  record(`${JSON.stringify(one(texts))}.localeCompare(${JSON.stringify(one(texts))}, "en", ${o})`);
}
for (const tag of ['en', 'EN-us', 'iw', 'sr-latn-rs', 'en-a-bb-x-y', 'de-DE-u-co-phonebk-kn', 'en-u-kn-true', 'zh-TW', 'sl-rozaj-biske', 'cmn', 'mo', 'sh', 'en_US', 'e', '', 'en-', 'en-u', 'en-us-us', 'de-1996-1996', 'pa-PK', 'ja-JP', 'und-US']) {
  record(`Intl.getCanonicalLocales("${tag}")`);
  record(`new Intl.Locale("${tag}").maximize().toString()`);
  record(`new Intl.Locale("${tag}").minimize().toString()`);
}
