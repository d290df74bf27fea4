import { z } from 'zod';

// The page's policy forbids compiling code from strings, which zod would try when a schema is made: so this comes before
// every module that makes one.
z.config({ jitless: true });
