// Which Ingresses and IngressRoutes are ours by their class.
import { MultiMap } from '../dag/multimap.ts';
import { type Ingress, type IngressClass, type IngressRoute, keyOf, type ObjectKey } from '../dag/objects.ts';

/** `spec.controller` of the IngressClasses that are ours. */
export const controllerName = 'contour.heptio.com/ingress-controller';

const defaultClassName = 'contour';

/**
 * `className` is `--ingress-class-name`. Given, it alone says which class is ours, so that several fleets can run
 * in one cluster. Not given, it is the class `contour`, every IngressClass of our controller, and no class.
 */
export class ClassIndex {
  readonly #className: string | undefined;
  readonly #classes = new Map<string, IngressClass>();
  readonly #ingresses = new MultiMap<string, ObjectKey>();

  constructor(className: string | undefined) {
    this.#className = className;
  }

  get size(): number {
    return this.#classes.size + this.#ingresses.size;
  }

  isOurs(object: Ingress | IngressRoute): boolean {
    if (object.kind === 'Ingress') return this.#servesIngresses(classOf(object));
    const annotation = annotatedClass(object);
    return annotation === '' || annotation === (this.#className ?? defaultClassName);
  }

  replaceIngress(before: Ingress | undefined, next: Ingress | undefined): void {
    if (before) this.#ingresses.delete(classOf(before), keyOf(before));
    if (next) this.#ingresses.add(classOf(next), keyOf(next));
  }

  /** The Ingresses that became ours or ceased to be. */
  replaceClass(name: string, next: IngressClass | undefined): readonly ObjectKey[] {
    const affected = [name, ''];
    const before = affected.map((ingressClass) => this.#servesIngresses(ingressClass));
    if (next) this.#classes.set(name, next);
    else this.#classes.delete(name);
    return affected.flatMap((ingressClass, index) =>
      this.#servesIngresses(ingressClass) === before[index] ? [] : [...this.#ingresses.get(ingressClass)],
    );
  }

  #servesIngresses(ingressClass: string): boolean {
    const given = this.#className;
    if (given !== undefined) {
      return ingressClass === given || (ingressClass === '' && this.#classes.get(given)?.isDefault === true);
    }
    if (ingressClass === '' || ingressClass === defaultClassName) return true;
    return this.#classes.get(ingressClass)?.controller === controllerName;
  }
}

/** Empty for none. The annotation, older than the field, wins. */
const classOf = (ingress: Ingress): string => annotatedClass(ingress) || (ingress.ingressClassName ?? '');

function annotatedClass(object: Ingress | IngressRoute): string {
  const annotations = object.annotations;
  return (
    annotations.get('contour.heptio.com/ingress.class') ||
    annotations.get('kubernetes.io/ingress.class') ||
    ''
  );
}
