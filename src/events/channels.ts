/** Payload: the id of the run that has new events. */
export const EVENTS_CHANNEL = 'runyard_events';
/** Payload: the id of the run whose state changed: something may start now, or must stop. */
export const RUNS_CHANNEL = 'runyard_runs';
/** Payload: the id of a new system event. */
export const SYSTEM_CHANNEL = 'runyard_system';
