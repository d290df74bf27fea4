import { mount } from 'svelte';
import { z } from 'zod';
import './page.css';
import App from './App.svelte';

// The page's policy forbids compiling code from strings, which zod would try.
z.config({ jitless: true });

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no place for the app.');
mount(App, { target });
