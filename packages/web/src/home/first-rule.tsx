import { MessageSquareText } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { t } from '../strings/index.js';
import { buttonClasses } from '../ui/button.js';
import { classes } from '../ui/classes.js';

const words = t.home.firstRule;

/** Before there is any rule: what makes Lookout warn. @param isTall beside a picture rather than above it, where there is room */
export function FirstRule({ isTall = false }: { isTall?: boolean }) {
  const may = useMay();
  return (
    <section
      className={classes(
        'flex flex-wrap items-center gap-5 rounded-lg border border-line bg-surface p-5 shadow-1 phone:p-4',
        isTall && 'lg:flex-col lg:flex-nowrap lg:items-start lg:p-7',
      )}
    >
      <span
        aria-hidden="true"
        className="grid size-12 shrink-0 place-items-center rounded-md bg-accent-soft text-accent-text phone:hidden"
      >
        <MessageSquareText size={22} />
      </span>
      <div className={classes('min-w-64 flex-1', isTall && 'lg:flex-none')}>
        <h2 className={classes('text-16 font-semibold', isTall && 'lg:text-20')}>{words.title}</h2>
        <p className="mt-1 text-pretty text-muted">{may.operate ? words.text : words.operators}</p>
      </div>
      {may.operate && (
        <Link to="/rules/new" className={buttonClasses('primary')}>
          {words.button}
        </Link>
      )}
    </section>
  );
}
