import '../ui/base.css';
import '../lib/theme.svelte';
import { mount } from 'svelte';
import SignIn from './SignIn.svelte';

mount(SignIn, { target: document.getElementById('app')! });
