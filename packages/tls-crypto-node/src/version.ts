/** The major version of the running Node, or of the Node that the platform claims to be. */
export const nodeMajor: number = Number.parseInt(process.versions.node, 10);
