import type { DiffResponse } from '../../api/types.ts';

type ChangedFile = DiffResponse['files'][number];

interface Folder {
  readonly name: string;
  readonly folders: Map<string, Folder>;
  readonly files: ChangedFile[];
}

/** Changed files by folder; a folder with nothing but one folder in it is drawn together with it. */
export function FileTree({
  files,
  chosen,
  onChoose,
}: {
  files: readonly ChangedFile[];
  chosen: string | null;
  onChoose: (path: string) => void;
}) {
  return (
    <nav aria-label="Changed files" className="text-xs">
      <FolderView folder={treeOf(files)} chosen={chosen} onChoose={onChoose} />
    </nav>
  );
}

function FolderView({
  folder,
  chosen,
  onChoose,
}: {
  folder: Folder;
  chosen: string | null;
  onChoose: (path: string) => void;
}) {
  return (
    <ul className="space-y-0.5">
      {[...folder.folders.values()].map(joined).map((inner) => (
        <li key={inner.name}>
          <p className="truncate px-1 py-0.5 text-muted">{inner.name}/</p>
          <div className="ml-2 border-l border-line pl-1.5">
            <FolderView folder={inner} chosen={chosen} onChoose={onChoose} />
          </div>
        </li>
      ))}
      {folder.files.map((file) => (
        <li key={file.path}>
          <button
            type="button"
            title={file.path}
            aria-current={file.path === chosen}
            onClick={() => onChoose(file.path)}
            className={`flex w-full items-center gap-2 rounded px-1.5 py-1 text-left hover:bg-raised ${file.path === chosen ? 'bg-accent-soft text-accent' : ''}`}
          >
            <span className="min-w-0 flex-1 truncate">{file.path.split('/').at(-1)}</span>
            <span className="numbers text-2xs">
              {file.added === null ? (
                <span className="text-muted">binary</span>
              ) : (
                <>
                  <span className="text-good">+{file.added}</span>{' '}
                  <span className="text-bad">−{file.deleted}</span>
                </>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function joined(folder: Folder): Folder {
  const [only, ...others] = folder.folders.values();
  if (only === undefined || others.length > 0 || folder.files.length > 0) return folder;
  return joined({ ...only, name: `${folder.name}/${only.name}` });
}

function treeOf(files: readonly ChangedFile[]): Folder {
  const root: Folder = { name: '', folders: new Map(), files: [] };
  for (const file of files) {
    let folder = root;
    for (const part of file.path.split('/').slice(0, -1)) {
      let inner = folder.folders.get(part);
      if (inner === undefined) {
        inner = { name: part, folders: new Map(), files: [] };
        folder.folders.set(part, inner);
      }
      folder = inner;
    }
    folder.files.push(file);
  }
  return root;
}
