import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { electron } from './src-main/setup/installed.mjs';
import { packParts } from './src-main/setup/pack-parts.mjs';

const installed = electron();
if (installed === null) throw new Error('There is no Electron to package: run `node src-main/setup/setup.mjs --all`.');

/** Every fuse that this Electron has, as reliability asks: no Node by another name, nothing but our archive. */
const FUSES = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
};

/** @param {import('electron-builder').AfterPackContext} context */
async function afterPack({ appOutDir, electronPlatformName, targets }) {
  if (installed?.standIn && targets.length > 0)
    throw new Error('The Electron here is a stand-in for tests and goes to no user: only --dir may package it.');
  const isMac = electronPlatformName === 'darwin';
  const resources = join(appOutDir, ...(isMac ? ['FreezeOut Lab.app', 'Contents', 'Resources'] : ['resources']));
  // What the stand-in was shipped with, and its loader.
  for (const name of ['app', 'app-update.yml']) rmSync(join(resources, name), { recursive: true, force: true });
  packParts(resources);
  const program = { darwin: 'FreezeOut Lab.app', win32: 'FreezeOut Lab.exe' }[electronPlatformName] ?? 'freezeout-lab';
  await flipFuses(join(appOutDir, program), { version: FuseVersion.V1, ...FUSES });
}

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'io.github.freezeout-lab',
  productName: 'FreezeOut Lab',
  directories: { output: 'dist-app' },
  electronDist: installed.folder,
  electronVersion: installed.version,
  // The set-up has compiled what needs it.
  npmRebuild: false,
  // What the system's loader or the font library opens has to be a file of its own.
  asarUnpack: ['**/*.node', '**/*.ttf'],
  files: [
    'dist-main/**',
    'dist-preload/**',
    'dist-page/**',
    'migrations/**',
    'package.json',
    // Of TensorFlow's package only the addon and the classes that a graph is written with are loaded.
    '!node_modules/@tensorflow/**',
    'node_modules/@tensorflow/tfjs-node-gpu/package.json',
    'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/*.node',
    'node_modules/@tensorflow/tfjs-node-gpu/dist/proto/*.js',
    '!node_modules/better-sqlite3/{src,deps}/**',
  ],
  afterPack,
  publish: null,
  // Only what is ours: JSON and safetensors belong to other programs, and are opened by a drop or `Open with`.
  fileAssociations: [
    {
      ext: 'ndjson',
      name: 'FreezeOut study',
      description: 'Event lines of a study',
      mimeType: 'application/x-ndjson',
      role: 'Viewer',
      rank: 'Alternate',
    },
  ],
  protocols: [{ name: 'FreezeOut Lab', schemes: ['freezeout-lab'] }],
  linux: { executableName: 'freezeout-lab', category: 'Science', target: ['AppImage', 'deb'] },
  mac: { category: 'public.app-category.education', target: ['dmg'] },
  win: { target: ['nsis'] },
};
