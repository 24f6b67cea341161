import { toPercent } from './scale.js';

export function render({ value, low = 0, high = 100, label = '' }) {
  const percent = toPercent(value, low, high);
  return `<div class="gauge" style="--value: ${percent}%">${escapeText(label)}</div>`;
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export { toPercent };
