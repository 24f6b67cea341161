import { type Day, daysInMonth, nextDay } from '@cal/dates';

/** Every day of a month, in order. */
export function daysOf(year: number, month: number): Day[] {
  const days: Day[] = [];
  let day: Day = { year, month, day: 1 };
  while (days.length < daysInMonth(year, month)) {
    days.push(day);
    day = nextDay(day);
  }
  return days;
}

export function title(year: number, month: number): string {
  return `${String(month).padStart(2, '0')}/${year}`;
}
