// A site that imports H5P packages: another maker's server, in a process of its own. It reads steps as JSON from
// standard input and answers each in a line: {"ok": …} or {"error": [ids]}. A test's own: nothing of it ships.
const fs = require('node:fs');
const path = require('node:path');
const [modules, folder] = process.argv.slice(2);
const H5P = require(path.join(modules, '@lumieducation/h5p-server'));

const user = { id: '1', name: 'Somebody', email: 'somebody@example.org', type: 'local' };
const ids = (error) => error.errors?.length ? error.errors.map((one) => one.errorId) : [error.errorId ?? String(error)];

function site(name, mayInstall, limits) {
  const at = (part) => { const to = path.join(folder, name, part); fs.mkdirSync(to, { recursive: true }); return to; };
  const config = new H5P.H5PConfig(new H5P.fsImplementations.InMemoryStorage(), limits);
  const permissionSystem = new (class extends H5P.LaissezFairePermissionSystem {
    async checkForGeneralAction(_, asked) { return mayInstall || asked !== H5P.GeneralPermission.UpdateAndInstallLibraries; }
  })();
  return H5P.fs(config, at('libraries'), at('temporary'), at('content'), undefined, undefined, undefined, undefined, { permissionSystem });
}

async function take(step) {
  const editor = site(step.site, step.may_install ?? true, step.limits ?? {});
  const { metadata, parameters } = await editor.uploadPackage(step.package, user);
  const main = metadata.preloadedDependencies.find((one) => one.machineName === metadata.mainLibrary);
  const name = `${main.machineName} ${main.majorVersion}.${main.minorVersion}`;
  const id = await editor.saveOrUpdateContent(undefined, parameters, metadata, name, user);
  if (step.export) {
    const out = fs.createWriteStream(step.export);
    await editor.exportContent(id, out, user);
    await new Promise((done) => (out.closed ? done() : out.on('close', done)));
  }
  return id;
}

(async () => {
  for (const step of JSON.parse(fs.readFileSync(0, 'utf-8'))) {
    const answer = await take(step).then((id) => ({ ok: id }), (error) => ({ error: ids(error) }));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
})();
