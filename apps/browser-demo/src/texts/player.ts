/** What the diagram of a connection says. */

export const diagramTexts = {
  title: 'The connection in time',
};
