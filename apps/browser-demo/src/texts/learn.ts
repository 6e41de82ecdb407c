/** What the Learn view says around its tours and tables. */

export const texts = {
  tabs: 'What to learn from',
  tab: { tours: 'Tours', alerts: 'Alerts', extensions: 'Extensions', suites: 'Suites' },

  tourList: {
    begin: 'Begin',
    beginOf: (tour: string) => `Begin: ${tour}`,
    goOn: (step: number) => `Go on with step ${step}`,
  },

  table: {
    search: 'Search',
    found: (count: number, all: number) => (count === all ? `${all} rows` : `${count} of ${all} rows`),
  },
};
