// How figures are written: three digits that matter, and always the unit.

const space = "\u202f"; // narrow, and no line breaks there

function digits(value) {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : 2);
}

function scaled(value, units) {
  let index = 0;
  while (index + 1 < units.length && Math.abs(value) >= 999.5) {
    value /= 1000;
    index += 1;
  }
  return digits(value) + space + units[index];
}

export const nothing = "–";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** "90 µs", "1.24 ms", "2.30 s". */
export function time(us) {
  return isNumber(us) ? scaled(us, ["µs", "ms", "s"]) : nothing;
}

/** "50/s", "12.3 k/s"; small ones with their fraction. */
export function rate(perSecond) {
  if (!isNumber(perSecond)) return nothing;
  if (perSecond >= 9999.5) return `${digits(perSecond / 1000)}${space}k/s`;
  if (perSecond >= 99.95) return `${count(Math.round(perSecond))}/s`;
  return `${Number(perSecond.toFixed(1))}/s`;
}

export function byteRate(bytesPerSecond) {
  return isNumber(bytesPerSecond) ? scaled(bytesPerSecond, ["B/s", "kB/s", "MB/s", "GB/s"]) : nothing;
}

export function bytes(amount) {
  return isNumber(amount) ? scaled(amount, ["B", "kB", "MB", "GB", "TB"]) : nothing;
}

export function bitRate(bitsPerSecond) {
  return isNumber(bitsPerSecond) ? scaled(bitsPerSecond, ["bit/s", "kbit/s", "Mbit/s"]) : nothing;
}

/** A share of 1: "1.4 %". */
export function share(part) {
  if (!isNumber(part)) return nothing;
  const percent = part * 100;
  if (percent > 0 && percent < 0.01) return `<${space}0.01${space}%`;
  return `${Number(percent.toFixed(percent >= 10 ? 0 : percent >= 1 ? 1 : 2))}${space}%`;
}

const grouped = new Intl.NumberFormat("en", { useGrouping: true });

export function count(number) {
  return isNumber(number) ? grouped.format(number).replaceAll(",", space) : nothing;
}

/** "12 s", "3 min 5 s", "2 h 10 min", "4 d 3 h". */
export function duration(seconds) {
  if (!isNumber(seconds)) return nothing;
  if (seconds < 10) return `${seconds.toFixed(1)}${space}s`;
  const whole = Math.floor(seconds);
  const parts = [
    [Math.floor(whole / 86400), "d"],
    [Math.floor(whole / 3600) % 24, "h"],
    [Math.floor(whole / 60) % 60, "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([amount]) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${space}${unit}`)
    .join(" ");
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** The time of day, by this machine's clock: "14:03:09". */
export function timeOfDay(unixSeconds) {
  return isNumber(unixSeconds) ? clock.format(new Date(unixSeconds * 1000)) : nothing;
}

/** frame_processor: "frame processor". */
export function words(name) {
  return name.replaceAll("_", " ");
}
