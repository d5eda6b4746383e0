//! Functions of scripts: their signatures, whether the script has them, and calls.

use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, closest, codes, counted, listed};
use crate::policy::{Argument, Expr, ExprKind, FunctionId, Given, Parameter, ParameterKind, ScriptFunction};
use crate::scripts::{self, Script};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Possible, RecordId, Type};

use super::calls::is_function_word;
use super::expressions::accepts;
use super::names::duplicate;
use super::schema::{Shape, Unsuited};
use super::{Checker, Expected, Kind, broken, is_broken};

/// The dotted names of a group's values, and what each is.
type Flat = (Arc<[String]>, Vec<(Type, Possible)>);

impl<'a> Checker<'a> {
    /// Takes a script's functions in among the names of the rulebook.
    pub(super) fn declare_functions(&mut self, script: &'a ast::Script) {
        for function in &script.functions {
            let id = FunctionId(self.functions.len() as u32);
            self.functions.push(None);
            self.define(&function.name, Kind::Function(id, script, function));
            if is_function_word(&function.name.text) {
                let message = format!("`{}` is a word of the language for lists or values", function.name.text);
                let finding = Diagnostic::new(&codes::AMBIGUOUS_NAME, function.name.span, message);
                self.report(finding.help("give the function another name, here and in the script"));
            }
        }
    }

    /// Reads every script and finds the types of its functions.
    pub(super) fn lay_out_functions(&mut self) {
        for definition in 0..self.definitions.len() {
            if let Kind::Function(id, script, function) = self.definitions[definition].kind {
                self.book = self.definitions[definition].book;
                let read = self.script(script);
                let signature = self.signature(function, read.clone());
                if let Some(script) = &read {
                    self.find_in_script(function, script);
                }
                self.functions[id.index()] = signature.map(Rc::new);
            }
        }
        // A script without functions is read all the same, for its own mistakes.
        for (book, header) in self.books.iter().enumerate() {
            self.book = book;
            for item in &header.items {
                if let ast::Item::Script(script) = item {
                    self.script(script);
                }
            }
        }
    }

    /// The script, read once whoever names it; none where a finding says what is wrong with it.
    fn script(&mut self, item: &ast::Script) -> Option<Script> {
        let (file, text) = item.text.as_ref()?;
        if let Some(read) = self.scripts.get(file) {
            return read.clone();
        }
        let read = scripts::read(*file, text);
        self.findings.extend(read.diagnostics.into_iter().map(|finding| finding.related(item.path.span, "read for this")));
        self.scripts.insert(*file, read.value.clone());
        read.value
    }

    fn signature(&mut self, function: &'a ast::Function, script: Option<Script>) -> Option<ScriptFunction> {
        let name = &function.name.text;
        let mut parameters = Vec::new();
        let mut sound = true;
        for (place, parameter) in function.parameters.iter().enumerate() {
            if let Some(first) = function.parameters[..place].iter().find(|first| first.name.text == parameter.name.text) {
                self.report(duplicate("parameter", &parameter.name, first.name.span));
            }
            self.refuse_idle_words(&parameter.ty);
            let shape = self.shape(&parameter.ty, &format!("{name}.{}", parameter.name.text));
            let kind = match &shape {
                Shape::Value(ty, domain) => Some(ParameterKind::Value(*ty, domain.clone())),
                Shape::List(list) => match list.element() {
                    Shape::Value(ty, domain) => Some(ParameterKind::List(*ty, domain.clone())),
                    group => self.flat(group, parameter.ty.span).map(|(names, types)| ParameterKind::Records(names, types)),
                },
                group => self.flat(group, parameter.ty.span).map(|(names, types)| ParameterKind::Record(names, types)),
            };
            match kind {
                Some(kind) => parameters.push(Parameter { name: parameter.name.text.clone(), kind }),
                None => sound = false,
            }
        }
        let (result, domain) = match self.shape(&function.result, name) {
            Shape::Value(ty, domain) => (ty, domain),
            Shape::Broken => return None,
            Shape::List(_) | Shape::Group(_) => {
                let message = format!("expected the type of one value, which `{name}` gives back, found a list or group");
                let finding = Diagnostic::new(&codes::WRONG_TYPE, function.result.span, message);
                self.report(finding.help("write a function for each value that rules read"));
                return None;
            }
        };
        let code = format!("{}.{name}", self.book_name(self.book));
        let head = crate::policy::Head {
            code,
            title: name.clone(),
            doc: function.doc.clone(),
            name_span: function.name.span,
            span: function.span,
        };
        sound.then_some(ScriptFunction { head, name: name.clone(), script, parameters, result, domain })
    }

    /// What a type may say of fact sheets and means nothing in a `fn` line.
    fn refuse_idle_words(&mut self, ty: &ast::TypeExpr) {
        match &ty.kind {
            ast::TypeKind::List(element, count) => {
                if let Some(bound) = count.first() {
                    let message = "bounds on how many entries a script is given are not part of this version";
                    let finding = Diagnostic::new(&codes::NOT_IN_THIS_VERSION, bound.span, message);
                    self.report(finding.help("let the script refuse, as in `if shares.len() > 5 { throw \"too many\"; }`"));
                }
                self.refuse_idle_words(element);
            }
            ast::TypeKind::Record(fields) => {
                for field in fields {
                    if let Some(flag) = field.fresh.map(|(_, span)| span).or(field.sourced).or(field.fixed) {
                        let finding = Diagnostic::new(&codes::WRONG_TYPE, flag, "a script is given values without their evidence");
                        self.report(finding.help("say it of the fact sheet's own field, and leave it out here"));
                    }
                    self.refuse_idle_words(&field.ty);
                }
            }
            _ => {}
        }
    }

    /// The values of a group by their dotted names.
    fn flat(&mut self, shape: &Shape, span: Span) -> Option<Flat> {
        match shape.flat() {
            Ok(values) => {
                let (names, types): (Vec<_>, Vec<_>) = values.into_iter().map(|(name, ty, domain)| (name, (ty, domain))).unzip();
                Some((names.into(), types))
            }
            Err(Unsuited::Broken) => None,
            Err(Unsuited::HasList) => {
                let message = "a script takes groups of single values, and this one has a list in it";
                let finding = Diagnostic::new(&codes::WRONG_TYPE, span, message);
                self.report(finding.help("spell out a group with the values that the function needs, and give the list by itself"));
                None
            }
        }
    }

    /// Whether the script has the function, with as many parameters.
    fn find_in_script(&mut self, function: &ast::Function, script: &Script) {
        let name = &function.name.text;
        let definitions = script.definitions(name);
        let count = function.parameters.len();
        if definitions.iter().any(|definition| definition.parameters == count) {
            return;
        }
        let finding = match definitions.last() {
            Some(other) => {
                let message = format!("`{name}` takes {} here, and {} in the script", counted(count, "value"), other.parameters);
                Diagnostic::new(&codes::BAD_SCRIPT, function.name.span, message).related(other.span, "the script's function")
            }
            None => {
                let finding = Diagnostic::new(&codes::BAD_SCRIPT, function.name.span, format!("the script has no function `{name}`"));
                let near = closest(name, script.functions());
                let first = near.or_else(|| script.functions().next()).and_then(|other| script.definitions(other).first());
                let finding = match first {
                    Some(first) => finding.related(first.span, "a function that it has"),
                    None => finding,
                };
                match near {
                    Some(near) => finding.help(format!("did you mean `{near}`?")).fix(function.name.span, near),
                    None => {
                        let all: Vec<String> = script.functions().take(8).map(|name| format!("`{name}`")).collect();
                        match all.as_slice() {
                            [] => finding.help("the script has no functions at all"),
                            _ => finding.help(format!("it has {}", listed(&all, "and"))),
                        }
                    }
                }
            }
        };
        self.report(finding);
    }

    /// The function that a path calls: of the own rulebook, or of one that it reads.
    pub(super) fn function_named(&self, path: &ast::Path) -> Option<(usize, FunctionId)> {
        let definition = match path.parts.as_slice() {
            [name] => self.own(&name.text),
            [book, name] => self.of_book(&book.text, &name.text),
            _ => None,
        }?;
        match self.definitions[definition].kind {
            Kind::Function(id, ..) => Some((definition, id)),
            _ => None,
        }
    }

    /// The function of a script, of those that can be called here, that a name was probably meant to be.
    pub(super) fn near_function(&self, name: &str) -> Option<String> {
        let functions = self.definitions.iter().filter(|definition| matches!(definition.kind, Kind::Function(..)));
        let callable: Vec<String> = functions
            .filter(|definition| self.sees(definition.book))
            .map(|definition| match definition.book == self.book {
                true => definition.name.text.clone(),
                false => format!("{}.{}", self.book_name(definition.book), definition.name.text),
            })
            .collect();
        closest(name, callable.iter().map(String::as_str)).map(str::to_string)
    }

    /// A call of a script's function.
    pub(super) fn script_call(
        &mut self,
        (definition, id): (usize, FunctionId),
        path: &ast::Path,
        arguments: &'a [ast::Expr],
        span: Span,
    ) -> Expr {
        self.used[definition] = true;
        let Some(function) = self.functions[id.index()].clone() else {
            // What is wrong with the function has been said.
            for argument in arguments {
                self.stray_argument(argument);
            }
            return broken(span);
        };
        if arguments.len() != function.parameters.len() {
            let (due, found) = (function.parameters.len(), arguments.len());
            let message = format!("`{}` takes {}, and is called with {found}", self.written(path), counted(due, "value"));
            let names: Vec<&str> = function.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let finding = Diagnostic::new(&codes::BAD_CALL, span, message).related(function.head.name_span, "declared here");
            return self.refuse(finding.help(format!("write `{}({})`", self.written(path), names.join(", "))));
        }
        let given: Vec<Option<Argument>> =
            arguments.iter().zip(&function.parameters).map(|(written, parameter)| self.argument(written, parameter, &function)).collect();
        match given.into_iter().collect() {
            Some(given) => Expr { kind: ExprKind::Script(id, given), ty: function.result, span },
            None => broken(span),
        }
    }

    /// Reads an argument that nothing takes, for mistakes of its own.
    pub(super) fn stray_argument(&mut self, argument: &'a ast::Expr) {
        match &argument.kind {
            ast::ExprKind::Each(value, binder) => {
                self.bind(binder, |checker| checker.expression(value, Expected::Broken));
            }
            _ => {
                self.expression(argument, Expected::Nothing);
            }
        }
    }

    /// A list made on the spot where nothing takes one.
    pub(super) fn stray_each(&mut self, argument: &'a ast::Expr, advice: Option<&str>) -> Expr {
        self.stray_argument(argument);
        let finding = Diagnostic::new(&codes::WRONG_TYPE, argument.span, "expected a single value, found one for each entry of a list");
        let plain =
            "only functions of scripts take lists made on the spot; count the entries, or take their `sum of`, `min of` or `max of`";
        self.refuse(finding.help(advice.unwrap_or(plain)))
    }

    fn argument(&mut self, written: &'a ast::Expr, parameter: &Parameter, function: &ScriptFunction) -> Option<Argument> {
        let place = format!("for `{}` of `{}`", parameter.name, function.name);
        let each = match &written.kind {
            ast::ExprKind::Each(value, binder) => Some((value, binder)),
            _ => None,
        };
        match (&parameter.kind, each) {
            (ParameterKind::Value(ty, _), None) => {
                let value = self.typed(written, *ty, &place);
                (!is_broken(&value)).then_some(Argument::One(Given::Value(value)))
            }
            (ParameterKind::Record(names, types), None) => self.given_group(written, names, types, &place).map(Argument::One),
            (ParameterKind::Value(..) | ParameterKind::Record(..), Some(_)) => {
                self.stray_each(written, Some("the function takes a single value here"));
                None
            }
            (ParameterKind::List(ty, _), None) => self.given_list(written, *ty, &place),
            (ParameterKind::Records(names, types), None) => self.given_groups(written, names, types, &place),
            (ParameterKind::List(ty, _), Some((value, binder))) => {
                let (binder, value) = self.bind(binder, |checker| checker.typed(value, *ty, &place));
                (!is_broken(&value)).then_some(Argument::Each(binder?, Given::Value(value)))
            }
            (ParameterKind::Records(names, types), Some((value, binder))) => {
                let (binder, given) = self.bind(binder, |checker| checker.given_group(value, names, types, &place));
                Some(Argument::Each(binder?, given?))
            }
        }
    }

    /// A list of single values.
    fn given_list(&mut self, written: &'a ast::Expr, due: Type, place: &str) -> Option<Argument> {
        let list = self.expression(written, Expected::Nothing);
        let list = self.list_only(list, written, place);
        let Type::List(id) = list.ty else { return None };
        if is_broken(&list) {
            return None;
        }
        let element = self.policy.schema.list(id).element;
        if accepts(due, element) {
            return Some(Argument::List(list));
        }
        let (due, found) = (self.policy.schema.describe(due), self.policy.schema.describe(element));
        let message = format!("expected a list whose entries are each {due} {place}, found one whose entries are each {found}");
        let finding = Diagnostic::new(&codes::WRONG_TYPE, written.span, message);
        self.report(match (element, self.shown(written)) {
            (Type::Record(_), Some(list)) => {
                finding.help(format!("name a fact of the entries, as in `{list}.fact` or `x.fact for x in {list}`"))
            }
            _ => finding.help("make a list of such values on the spot, as in `x.fact / 2 for x in list`"),
        });
        None
    }

    /// A list of records, of which the function sees the values that it has named.
    fn given_groups(&mut self, written: &'a ast::Expr, names: &[String], types: &[(Type, Possible)], place: &str) -> Option<Argument> {
        let list = self.expression(written, Expected::Nothing);
        let list = self.list_only(list, written, place);
        let Type::List(id) = list.ty else { return None };
        if is_broken(&list) {
            return None;
        }
        let Type::Record(record) = self.policy.schema.list(id).element else {
            let found = self.policy.schema.describe(self.policy.schema.list(id).element);
            let message = format!("expected a list of groups {place}, found one whose entries are each {found}");
            self.report(Diagnostic::new(&codes::WRONG_TYPE, written.span, message));
            return None;
        };
        let leaves = names
            .iter()
            .zip(types)
            .map(|(name, (ty, _))| self.leaf_named(record, name, *ty, written.span, place))
            .collect::<Option<_>>()?;
        Some(Argument::Records(list, leaves))
    }

    /// The place of a value among those of a list's entries.
    fn leaf_named(&mut self, record: RecordId, name: &str, due: Type, span: Span, place: &str) -> Option<u32> {
        let leaves = &self.policy.schema.record(record).leaves;
        let Some(at) = leaves.iter().position(|leaf| leaf.path == name) else {
            let near = closest(name, leaves.iter().map(|leaf| leaf.path.as_str()));
            let finding =
                Diagnostic::new(&codes::WRONG_TYPE, span, format!("expected entries that have `{name}` {place}, found none of that name"));
            let finding = match near {
                Some(near) => finding.help(format!("they have `{near}`; a group in a `fn` line names its values as the fact sheet does")),
                None => finding.help("a group in a `fn` line names its values as the fact sheet does"),
            };
            self.report(finding);
            return None;
        };
        let (ty, field, declared) = (leaves[at].ty, leaves[at].field, leaves[at].span);
        self.used_fields.insert(field);
        if self.broken_fields.contains(&field) {
            return None;
        }
        if !accepts(due, ty) {
            let (due, found) = (self.policy.schema.describe(due), self.policy.schema.describe(ty));
            let message = format!("expected `{name}` of each entry to be {due} {place}, but it is {found}");
            self.report(Diagnostic::new(&codes::WRONG_TYPE, span, message).related(declared, "declared here"));
            return None;
        }
        Some(at as u32)
    }

    /// A group of facts, value by value.
    fn given_group(&mut self, written: &'a ast::Expr, names: &[String], types: &[(Type, Possible)], place: &str) -> Option<Given> {
        let ast::ExprKind::Path(path) = &written.kind else {
            self.expression(written, Expected::Broken);
            let finding =
                Diagnostic::new(&codes::WRONG_TYPE, written.span, format!("expected a group of facts {place}, found an expression"));
            self.report(finding.help("name the group as the fact sheet does"));
            return None;
        };
        let mut values = Vec::new();
        for (name, (due, _)) in names.iter().zip(types) {
            let further = name.split('.').map(|part| ast::Name { text: part.to_string(), span: path.span });
            let inner = ast::Path { parts: path.parts.iter().cloned().chain(further).collect(), span: path.span };
            let value = self.path(&inner, Expected::Nothing);
            if is_broken(&value) {
                return None;
            }
            if !accepts(*due, value.ty) {
                let (due, found) = (self.policy.schema.describe(*due), self.policy.schema.describe(value.ty));
                let message = format!("expected `{}` to be {due} {place}, but it is {found}", self.written(&inner));
                self.report(Diagnostic::new(&codes::WRONG_TYPE, written.span, message));
                return None;
            }
            values.push(value);
        }
        Some(Given::Record(values))
    }
}
