/** The paper whose method this program measures, as BibTeX. */
export const CITATION = `@article{brock2017freezeout,
  title   = {{FreezeOut}: Accelerate Training by Progressively Freezing Layers},
  author  = {Brock, Andrew and Lim, Theodore and Ritchie, J. M. and Weston, Nick},
  journal = {arXiv preprint arXiv:1706.04983},
  year    = {2017}
}`;
