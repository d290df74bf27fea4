import { createRequire } from 'node:module';

/** The messages of TensorFlow's saved models that are written here. */
export interface Protobuf {
  readonly SavedModel: new () => SavedModel;
  readonly MetaGraphDef: (new () => MetaGraphDef) & { readonly MetaInfoDef: new () => MetaInfoDef };
  readonly GraphDef: new () => GraphDef;
  readonly VersionDef: new () => VersionDef;
  readonly NodeDef: new () => NodeDef;
  readonly FunctionDefLibrary: new () => FunctionDefLibrary;
  readonly FunctionDef: new () => FunctionDef;
  readonly OpDef: (new () => OpDef) & { readonly ArgDef: new () => ArgDef; readonly AttrDef: new () => AttrDef };
  readonly NameAttrList: new () => NameAttrList;
  readonly AttrValue: (new () => AttrValue) & { readonly ListValue: new () => ListValue };
  readonly TensorShape: (new () => TensorShape) & { readonly Dim: new () => Dimension };
  readonly Tensor: new () => Tensor;
}

export interface SavedModel {
  setSavedModelSchemaVersion(version: number): void;
  addMetaGraphs(metaGraph: MetaGraphDef): void;
  serializeBinary(): Uint8Array;
}

export interface MetaGraphDef {
  setMetaInfoDef(info: MetaInfoDef): void;
  setGraphDef(graph: GraphDef): void;
}

export interface MetaInfoDef {
  addTags(tag: string): void;
}

export interface GraphDef {
  addNode(node: NodeDef): void;
  setVersions(version: VersionDef): void;
  setLibrary(library: FunctionDefLibrary): void;
}

export interface FunctionDefLibrary {
  addFunction(definition: FunctionDef): void;
}

export interface FunctionDef {
  setSignature(signature: OpDef): void;
  addNodeDef(node: NodeDef): void;
  getRetMap(): { set(name: string, source: string): void };
  getAttrMap(): { set(name: string, value: AttrValue): void };
}

export interface OpDef {
  setName(name: string): void;
  addInputArg(argument: ArgDef): void;
  addOutputArg(argument: ArgDef): void;
  addAttr(attribute: AttrDef): void;
  setIsStateful(isStateful: boolean): void;
}

export interface ArgDef {
  setName(name: string): void;
  setType(type: number): void;
}

export interface AttrDef {
  setName(name: string): void;
  setType(type: string): void;
}

export interface NameAttrList {
  setName(name: string): void;
  getAttrMap(): { set(name: string, value: AttrValue): void };
}

export interface VersionDef {
  setProducer(version: number): void;
}

export interface NodeDef {
  setName(name: string): void;
  setOp(operation: string): void;
  setInputList(inputs: readonly string[]): void;
  getAttrMap(): { set(name: string, value: AttrValue): void };
}

export interface AttrValue {
  setList(list: ListValue): void;
  setS(text: Uint8Array): void;
  setI(integer: number): void;
  setF(float: number): void;
  setB(flag: boolean): void;
  setType(type: number): void;
  setShape(shape: TensorShape): void;
  setTensor(tensor: Tensor): void;
  setFunc(reference: NameAttrList): void;
}

export interface ListValue {
  setIList(integers: readonly number[]): void;
  setSList(texts: readonly Uint8Array[]): void;
  setTypeList(types: readonly number[]): void;
}

export interface TensorShape {
  addDim(dimension: Dimension): void;
  setUnknownRank(isUnknown: boolean): void;
}

export interface Dimension {
  setSize(size: number): void;
}

export interface Tensor {
  setDtype(type: number): void;
  setTensorShape(shape: TensorShape): void;
  setTensorContent(bytes: Uint8Array): void;
}

/** Loads Google's classes, which are part of tfjs-node; called only where a graph is written. */
export function loadProtobuf(): Protobuf {
  return createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js');
}
