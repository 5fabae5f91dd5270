import { X } from 'lucide-react';
import { useState } from 'react';
import { tryWords } from '../strings/try.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { MAX_PROMPT_CHARACTERS, MAX_PROMPTS, withPrompts } from './prompts.js';

const words = tryWords.settings;

interface PromptsFieldProps {
  prompts: readonly string[];
  onChange: (prompts: string[]) => void;
}

/** Descriptions of objects to look for. */
export function PromptsField({ prompts, onChange }: PromptsFieldProps) {
  const [text, setText] = useState('');
  const isFull = prompts.length >= MAX_PROMPTS;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(withPrompts(prompts, text));
        setText('');
      }}
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={words.prompts}
            hint={isFull ? words.promptsFull(MAX_PROMPTS) : words.promptsHint}
            value={text}
            maxLength={MAX_PROMPT_CHARACTERS}
            autoCapitalize="none"
            placeholder={words.promptsPlaceholder}
            onChange={setText}
          />
        </div>
        <Button
          type="submit"
          className="mt-[1.45rem]"
          aria-label={words.promptsAdd}
          disabled={text.trim() === '' || isFull}
        >
          {words.add}
        </Button>
      </div>
      {prompts.length > 0 && (
        <ul aria-label={words.promptsChosen} className="mt-2 flex flex-wrap gap-1.5">
          {prompts.map((prompt) => (
            <li key={prompt} className="max-w-full">
              <Button
                size="compact"
                className="max-w-full"
                aria-label={words.remove(prompt)}
                onClick={() => onChange(prompts.filter((each) => each !== prompt))}
              >
                <span className="min-w-0 truncate">{prompt}</span>
                <X size={13} aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
