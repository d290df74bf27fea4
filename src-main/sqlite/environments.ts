import type { Database } from 'better-sqlite3';
import { jsonOf } from '#core/json-of.ts';
import { toJson } from '#core/numbers.ts';
import { type Environment, environmentSchema } from '#core/run-event.ts';

interface EnvironmentRow {
  readonly backend: string;
  readonly tensorflow_version: string;
  readonly device: string;
  readonly intra_op_threads: number | null;
  readonly inter_op_threads: number | null;
  readonly node: string;
  readonly platform: string;
  readonly host: string;
  readonly app_version: string;
  readonly processor: string;
  readonly cores: number | null;
  readonly memory_bytes: number | null;
  readonly node_name: string | null;
  readonly job: string | null;
  readonly gpu: string | null;
  readonly arithmetic: string | null;
  readonly graph: string | null;
}

/** The table environments: runs share rows, which never change. */
export class EnvironmentTable {
  readonly #find;
  readonly #insert;
  readonly #byId;
  readonly #assign;

  constructor(database: Database) {
    this.#find = database
      .prepare<[EnvironmentRow], number>(`
      SELECT id FROM environments WHERE backend = @backend AND tensorflow_version = @tensorflow_version
        AND device = @device AND intra_op_threads IS @intra_op_threads AND inter_op_threads IS @inter_op_threads
        AND node = @node AND platform = @platform AND host = @host AND app_version = @app_version
        AND processor = @processor AND cores IS @cores AND memory_bytes IS @memory_bytes
        AND node_name IS @node_name AND job IS @job AND gpu IS @gpu AND arithmetic IS @arithmetic
        AND graph IS @graph`)
      .pluck();
    this.#insert = database.prepare<[EnvironmentRow]>(`
      INSERT INTO environments (backend, tensorflow_version, device, intra_op_threads, inter_op_threads, node, platform,
        host, app_version, processor, cores, memory_bytes, node_name, job, gpu, arithmetic, graph)
      VALUES (@backend, @tensorflow_version, @device, @intra_op_threads, @inter_op_threads, @node, @platform,
        @host, @app_version, @processor, @cores, @memory_bytes, @node_name, @job, @gpu, @arithmetic, @graph)`);
    this.#byId = database.prepare<[number], EnvironmentRow>('SELECT * FROM environments WHERE id = ?');
    this.#assign = database.prepare<[number, number]>('UPDATE runs SET environment_id = ? WHERE id = ?');
  }

  assign(run: number, environment: Environment): void {
    const row = toRow(environment);
    const id = this.#find.get(row) ?? Number(this.#insert.run(row).lastInsertRowid);
    this.#assign.run(id, run);
  }

  get(id: number): Environment | null {
    const row = this.#byId.get(id);
    return row === undefined ? null : toEnvironment(row);
  }
}

function toRow({
  threads,
  tensorflowVersion,
  appVersion,
  memoryBytes,
  nodeName,
  job,
  gpu,
  arithmetic,
  graph,
  ...rest
}: Environment): EnvironmentRow {
  return {
    ...rest,
    tensorflow_version: tensorflowVersion,
    intra_op_threads: threads?.intraOp ?? null,
    inter_op_threads: threads?.interOp ?? null,
    app_version: appVersion,
    memory_bytes: memoryBytes,
    node_name: nodeName ?? null,
    job: job ?? null,
    gpu: gpu === undefined ? null : toJson(gpu),
    arithmetic: arithmetic ?? null,
    graph: graph ?? null,
  };
}

function toEnvironment(row: EnvironmentRow): Environment {
  const { intra_op_threads: intraOp, inter_op_threads: interOp } = row;
  const gpu = row.gpu === null ? undefined : environmentSchema.shape.gpu.parse(jsonOf(row.gpu));
  return {
    backend: row.backend,
    tensorflowVersion: row.tensorflow_version,
    device: row.device,
    threads: intraOp === null || interOp === null ? null : { intraOp, interOp },
    node: row.node,
    platform: row.platform,
    host: row.host,
    appVersion: row.app_version,
    processor: row.processor,
    cores: row.cores,
    memoryBytes: row.memory_bytes,
    ...(row.node_name === null ? {} : { nodeName: row.node_name }),
    ...(row.job === null ? {} : { job: row.job }),
    ...(gpu === undefined ? {} : { gpu }),
    ...(row.arithmetic === null ? {} : { arithmetic: row.arithmetic }),
    ...(row.graph === null ? {} : { graph: row.graph }),
  };
}
