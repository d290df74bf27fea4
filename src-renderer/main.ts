import './lib/no-compiled-schemas.ts';
import { mount } from 'svelte';
import './page.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no place for the app.');
mount(App, { target });
